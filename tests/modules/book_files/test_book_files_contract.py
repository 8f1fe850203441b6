"""The fake and the real opener keep the same contract; archives of folders come and go."""

from pathlib import Path

import pytest

from modules.book_files.factory import create_book_files
from modules.book_files.interface import BookFiles, PagedBook
from tests.contracts.book_files import BookFilesContract
from tests.fakes.book_files import FakeBookFiles
from tests.modules.book_files.samples import EPUB, FOLDER, packed


@pytest.fixture
def epub(tmp_path: Path) -> Path:
    path = tmp_path / "physics.epub"
    path.write_bytes(packed(EPUB))
    return path


@pytest.fixture(params=["fake", "real"])
def book_files(request: pytest.FixtureRequest, epub: Path) -> BookFiles:
    real = create_book_files()
    if request.param == "real":
        return real
    with real.open(epub) as book:
        assert isinstance(book, PagedBook)
        return FakeBookFiles({epub: book})


class TestBookFiles(BookFilesContract):
    """The contract itself stands in tests/contracts/book_files.py."""


def test_an_archive_is_a_folder_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "book.bin"
    path.write_bytes(packed({**FOLDER, "__MACOSX/book/._book.toml": "x", "book/.DS_Store": "x"}))
    with create_book_files().open(path) as folder:
        assert isinstance(folder, Path)
        files = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}
        assert files == {"book.toml": 'title = "Small"', "01/section.md": "# One\n\nText.\n"}
    assert not folder.exists()


def test_several_top_folders_stay_together(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    path.write_bytes(packed({**FOLDER, "SOURCE.json": "{}"}))
    with create_book_files().open(path) as folder:
        assert isinstance(folder, Path)
        assert sorted(found.name for found in folder.iterdir()) == ["SOURCE.json", "book"]


def test_the_same_file_has_the_same_edition(tmp_path: Path) -> None:
    members = {name: content for name, content in EPUB.items() if name != "OEBPS/book.opf"}
    bare = str(EPUB["OEBPS/book.opf"]).replace("dcterms:modified", "other")
    path = tmp_path / "book.zip"
    path.write_bytes(packed({**members, "OEBPS/book.opf": bare}))
    editions = []
    for _ in range(2):
        with create_book_files().open(path) as book:
            assert isinstance(book, PagedBook)
            editions.append(book.edition)
    assert editions[0] == editions[1]
    assert len(editions[0]) == 12
