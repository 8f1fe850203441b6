"""What every BookFiles does, the real one and the fake."""

from pathlib import Path

import pytest

from modules.book_files.interface import BookFiles, PagedBook, UnknownFormatError


class BookFilesContract:
    """Subclasses give `book_files`, and `epub`, the path of a book with two chapters that it knows."""

    def test_a_folder_is_given_back(self, book_files: BookFiles, tmp_path: Path) -> None:
        with book_files.open(tmp_path) as opened:
            assert opened == tmp_path

    def test_a_book_comes_as_pages_in_order(self, book_files: BookFiles, epub: Path) -> None:
        with book_files.open(epub) as opened:
            assert isinstance(opened, PagedBook)
            assert [page.name for page in opened.pages] == ["OEBPS/ch01.xhtml", "OEBPS/text/ch 02.xhtml"]
            assert opened.title == "Small physics"
            assert opened.edition

    def test_progress_is_told(self, book_files: BookFiles, epub: Path) -> None:
        told: list[tuple[int, int]] = []
        with book_files.open(epub, on_progress=lambda done, total: told.append((done, total))):
            assert told == [(1, 2), (2, 2)]

    def test_what_is_no_book_is_refused_by_its_name_only(self, book_files: BookFiles, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("Call me Ishmael.")
        with pytest.raises(UnknownFormatError, match="EPUB 3") as caught, book_files.open(path):
            pytest.fail("it was opened")
        assert str(tmp_path) not in str(caught.value)

    def test_the_error_of_a_caller_goes_through(self, book_files: BookFiles, epub: Path) -> None:
        with pytest.raises(KeyError, match="mine"), book_files.open(epub):
            raise KeyError("mine")
