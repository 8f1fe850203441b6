"""Markdown books."""

import shutil
from pathlib import Path

import pytest

import modules.rag
from modules.book_pages.factory import create_book_pages
from modules.chunking.domain.chunking import passages_of
from modules.rag.interface import PassageKind
from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import BookDocument, BrokenSourceError
from tests.contracts.rag import SMALL

STARTER = Path(modules.rag.__file__).parent / "starter_library"


def read(folder: Path) -> BookDocument:
    (book,) = create_textbooks(book_pages=create_book_pages(), isolated=False).read(folder)
    return book


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "book"))


def test_parts_are_named_by_their_headings() -> None:
    section = read(SMALL).sections[0]
    assert (section.key, section.number, section.chapter, section.subject) == (
        "photosynthesis",
        "1.1",
        "1 Plants",
        "biology",
    )
    texts = {passage.kind: passage.text for passage in passages_of(section)}
    assert "Chlorophyll in the chloroplast" in texts[PassageKind.TEXT]
    assert "6 CO₂ + 6 H₂O + light energy → C₆H₁₂O₆ + 6 O₂" in texts[PassageKind.TEXT]
    assert "stomata | let gases in" in texts[PassageKind.TEXT]
    assert texts[PassageKind.EXAMPLE].startswith("Problem: A plant makes 6 g")
    assert texts[PassageKind.SUMMARY] == "- Photosynthesis turns light energy into chemical energy."


def test_the_starter_library_reads_whole() -> None:
    book = read(STARTER)
    assert len(book.sections) == 40
    for section in book.sections:
        assert section.objectives, section.key
        assert section.terms, section.key
        kinds = {passage.kind for passage in passages_of(section)}
        assert {PassageKind.TEXT, PassageKind.SUMMARY, PassageKind.MISCONCEPTION} <= kinds, section.key


def test_html_never_becomes_text(copy: Path) -> None:
    page = copy / "plants" / "02-transpiration.md"
    page.write_text(page.read_text() + "\n## More\n\n<script>alert(1)</script>\n\nPlain <b>words</b> stay.\n")
    text = " ".join(block.text for block in read(copy).sections[1].blocks)
    assert "Plain words stay." in text
    assert "script" not in text


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("book.toml", "title = ", r"book\.toml line 1 is not valid TOML"),
        ("book.toml", 'title = "T"', r"book\.toml line 1 lacks slug, license"),
        (
            "plants/01-photosynthesis.md",
            "no title",
            r"01-photosynthesis\.md line 1 must start with the section's title",
        ),
        ("plants/01-photosynthesis.md", "# Only a title", r"01-photosynthesis\.md line 1: the section has no text"),
        ("plants/01-photosynthesis.md", "", r"01-photosynthesis\.md line 1 must start"),
    ],
)
def test_a_broken_file_is_named_with_its_line(copy: Path, file: str, content: str, said: str) -> None:
    (copy / file).write_text(content)
    with pytest.raises(BrokenSourceError, match=said):
        read(copy)


def test_text_in_another_encoding_is_refused(copy: Path) -> None:
    (copy / "plants" / "01-photosynthesis.md").write_bytes("# Gr\u00f6\u00dfe\n\nText.".encode("latin-1"))
    with pytest.raises(BrokenSourceError, match="UTF-8"):
        read(copy)


@pytest.mark.parametrize("change", [('folder = "plants"', 'folder = "../.."'), ('folder = "plants"', 'folder = "no"')])
def test_a_chapter_stays_inside_the_book(copy: Path, change: tuple[str, str]) -> None:
    toml = copy / "book.toml"
    toml.write_text(toml.read_text().replace(*change))
    with pytest.raises(BrokenSourceError, match="chapter folder"):
        read(copy)


def test_a_slug_fit_for_addresses_is_required(copy: Path) -> None:
    toml = copy / "book.toml"
    toml.write_text(toml.read_text().replace('slug = "small"', 'slug = "A/B"'))
    with pytest.raises(BrokenSourceError, match="slug"):
        read(copy)


def test_a_book_that_is_nowhere_on_the_web_is_read_at_our_own_address(copy: Path) -> None:
    toml = copy / "book.toml"
    kept = [line for line in toml.read_text(encoding="utf-8").splitlines() if not line.startswith("source_url")]
    toml.write_text("\n".join(kept), encoding="utf-8")
    book = read(copy)
    assert book.meta.source_url == f"/library/{book.meta.slug}"
    assert [section.url for section in book.sections] == [
        f"/library/{book.meta.slug}/{section.key}" for section in book.sections
    ]


def test_a_plain_folder_needs_three_lines_only(copy: Path) -> None:
    folder = copy / "plants"
    (folder / "README.md").write_text("Not a section.")
    with pytest.raises(BrokenSourceError, match=r"lacks title, license; write .*book\.toml with these lines:\ntitle ="):
        read(folder)
    (folder / "book.toml").write_text('title = "Plants"\nslug = "plants"\nlicense = "CC BY 4.0"')
    book = read(folder)
    assert [(section.number, section.chapter, section.key) for section in book.sections[:2]] == [
        ("1.1", "1 Plants", "photosynthesis"),
        ("1.2", "1 Plants", "transpiration"),
    ]


def test_front_matter_can_say_it_too(copy: Path) -> None:
    folder = copy / "plants"
    (folder / "00-about.md").write_text('---\ntitle: "All Plants"\nlicense: CC BY-SA 4.0\nauthor: Ann Lee\n---\n')
    book = read(folder)
    assert (book.meta.title, book.meta.license, book.meta.authors) == ("All Plants", "CC BY-SA 4.0", ("Ann Lee",))
    assert "about" not in {section.key for section in book.sections}


def test_two_files_of_one_name_are_told_apart(copy: Path) -> None:
    shutil.copy(copy / "plants" / "01-photosynthesis.md", copy / "plants" / "09-photosynthesis.md")
    keys = [section.key for section in read(copy).sections]
    assert {"photosynthesis", "photosynthesis-2"} <= set(keys)
