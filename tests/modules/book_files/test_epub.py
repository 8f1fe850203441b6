"""EPUB 3: reading order, roles, what the package says of the book."""

from pathlib import Path

import pytest

from modules.book_files.factory import create_book_files
from modules.book_files.interface import PagedBook
from tests.modules.book_files.samples import EPUB, OPF, changed, packed, xhtml
from tests.modules.book_files.test_hostile_files import ENCRYPTION


def opened(payload: bytes, tmp_path: Path) -> PagedBook:
    path = tmp_path / "book"
    path.write_bytes(payload)
    with create_book_files().open(path) as book:
        assert isinstance(book, PagedBook)
        return book


def test_the_spine_gives_the_order_and_leaves_out_navigation_and_answers(tmp_path: Path) -> None:
    book = opened(packed(EPUB), tmp_path)
    assert [page.name for page in book.pages] == ["OEBPS/ch01.xhtml", "OEBPS/text/ch 02.xhtml"]
    assert [page.role for page in book.pages] == ["chapter", "appendix"]
    assert book.warnings == ("OEBPS/cover.svg was left out: it is no text.",)


def test_the_package_says_what_the_book_is(tmp_path: Path) -> None:
    book = opened(packed(EPUB), tmp_path)
    assert (book.title, book.language, book.authors) == ("Small physics", "en", ("Ann Author", "Ben Writer"))
    assert (book.license, book.license_url) == ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
    assert (book.edition, book.source_url) == ("2024-05-06T00:00:00Z", "https://example.org/physics")


def test_what_the_package_does_not_say_is_empty(tmp_path: Path) -> None:
    bare = OPF[: OPF.index("<metadata>")] + OPF[OPF.index("<manifest>") :]
    book = opened(packed(changed(EPUB, OEBPS__book_dot_opf=bare)), tmp_path)
    assert (book.title, book.license, book.license_url, book.source_url) == ("", "", "", "")
    assert len(book.edition) == 12
    assert int(book.edition, 16) >= 0


def test_named_characters_are_kept_and_scripts_are_not(tmp_path: Path) -> None:
    markup = opened(packed(EPUB), tmp_path).pages[0].markup
    assert "A\u00a0push &amp; a pull." in markup
    assert "script" not in markup


@pytest.mark.parametrize("attributes", ["epub:type='bodymatter'", "epub:type=' bodymatter chapter '"])
def test_a_body_has_a_role_too(tmp_path: Path, attributes: str) -> None:
    page = xhtml("<section epub:type='chapter'><p>Text.</p></section>", attributes)
    book = opened(packed(changed(EPUB, OEBPS__ch01_dot_xhtml=page)), tmp_path)
    assert book.pages[0].role == "bodymatter chapter"


def test_scrambled_fonts_are_no_lock(tmp_path: Path) -> None:
    book = opened(packed({**EPUB, "META-INF/encryption.xml": ENCRYPTION.format("OEBPS/font.otf")}), tmp_path)
    assert len(book.pages) == 2


def test_a_long_doctype_without_entities_is_fine(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
    page = xhtml("<p>Caf&eacute;.</p>", doctype=doctype).encode("utf-16")
    assert len(opened(packed(changed(EPUB, OEBPS__ch01_dot_xhtml=page)), tmp_path).pages) == 2
