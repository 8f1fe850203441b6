"""What strangers may send: each file is refused with one telling sentence, and leaves nothing behind."""

import io
import os
import re
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from modules.book_files.factory import create_book_files
from modules.book_files.interface import (
    BookFileError,
    BrokenFileError,
    HostileFileError,
    Limits,
    UnknownFormatError,
)
from tests.modules.book_files.samples import (
    CONTAINER,
    DOCX,
    EPUB,
    FOLDER,
    LOCKED_PDF,
    OPF,
    Text,
    changed,
    packed,
    paragraph,
    pdf,
    with_entry,
    with_flag,
    with_method,
    with_wrong_checksum,
    word_document,
    xhtml,
)

SMALL: Final = Limits(file_bytes=3_000_000, unpacked_bytes=4_000_000, members=50, ratio=100.0, depth=40, pages=20)
LAUGHS: Final = (
    '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE: Final = '<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER: Final = '<!DOCTYPE html [<!ENTITY % a SYSTEM "http://127.0.0.1/a.dtd"> %a;]>'
ENCRYPTION: Final = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData xmlns="http://www.w3.org/2001/04/'
    'xmlenc#"><CipherData><CipherReference URI="{}"/></CipherData></EncryptedData></encryption>'
)


def chapter(content: str | bytes) -> bytes:
    """The EPUB with another first chapter."""
    return packed(changed(EPUB, OEBPS__ch01_dot_xhtml=content))


def document(content: str) -> bytes:
    """The DOCX with another main part."""
    return packed(changed(DOCX, word__document_dot_xml=content))


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    return buffer.getvalue()


def twice() -> bytes:
    return with_entry("book/book.tomm").replace(b"book/book.tomm", b"book/book.toml")


LAST_CHAPTER: Final = {**changed(EPUB, OEBPS__ch01_dot_xhtml=None), "OEBPS/ch01.xhtml": EPUB["OEBPS/ch01.xhtml"]}
# A picture of a page: paths, no text.
SCAN: Final = pdf([[], [Text("7", 20)]])

BROKEN: Final[dict[str, tuple[bytes, str]]] = {
    "cut-archive": (packed(FOLDER)[:-40], "cut short"),
    "cut-epub": (packed(EPUB)[:600], "cut short"),
    "wrong-checksum": (with_wrong_checksum(packed(FOLDER)), "section.md"),
    "wrong-checksum-epub": (with_wrong_checksum(packed(LAST_CHAPTER)), "ch01.xhtml is cut short or damaged"),
    "locked-member": (with_flag(packed(FOLDER), 1), "password"),
    "patched-member": (with_flag(packed(FOLDER), 0x20), "not known"),
    "unknown-method": (with_method(packed(FOLDER), 99), "not known"),
    "no-container": (
        packed(changed(EPUB, **{"META-INF__container_dot_xml": None})),
        "META-INF/container.xml is missing",
    ),
    "empty-container": (packed(changed(EPUB, **{"META-INF__container_dot_xml": "<container/>"})), "names no package"),
    "no-opf": (packed(changed(EPUB, OEBPS__book_dot_opf=None)), "OEBPS/book.opf is missing"),
    "broken-opf": (packed(changed(EPUB, OEBPS__book_dot_opf=OPF[:-9])), "book.opf line"),
    "no-spine": (packed(changed(EPUB, OEBPS__book_dot_opf=OPF.replace("itemref", "x"))), "no pages"),
    "unknown-spine-item": (
        packed(changed(EPUB, OEBPS__book_dot_opf=OPF.replace('idref="two"', 'idref="x"'))),
        "manifest",
    ),
    "missing-chapter": (packed(changed(EPUB, OEBPS__ch01_dot_xhtml=None)), "OEBPS/ch01.xhtml is missing"),
    "unclosed-tag": (chapter(xhtml("<p>one<p>two")), "ch01.xhtml line 1 is not well-formed"),
    "wrong-encoding": (chapter(xhtml("<p>caf\u00e9</p>").encode("latin-1")), "ch01.xhtml line 1"),
    "unknown-encoding": (chapter('<?xml version="1.0" encoding="x-none"?><html/>'), "ch01.xhtml"),
    "empty-chapter": (chapter(""), "ch01.xhtml"),
    "binary-chapter": (chapter(bytes(range(256))), "ch01.xhtml"),
    "drm": (packed({**EPUB, "META-INF/encryption.xml": ENCRYPTION.format("OEBPS/text/ch%2002.xhtml")}), "DRM"),
    "docx-not-xml": (document("<w:document"), "word/document.xml line"),
    "docx-other-root": (document("<a/>"), "word/document.xml"),
    "docx-bad-styles": (packed(changed(DOCX, word__styles_dot_xml="no")), "word/styles.xml"),
    "cut-pdf": (pdf([[Text("text", 300)]])[:200], "cut short|no pages"),
    "empty-pdf": (b"%PDF-1.7\n", "cut short"),
    "pdf-without-pages": (pdf([[Text("text", 300)]], kids=0), "no pages|cut short"),
    "locked-pdf": (pdf([[Text("text", 300)]], trailer=LOCKED_PDF), "password"),
    "scanned-pdf": (SCAN, "pictures of pages, no text"),
}
HOSTILE: Final[dict[str, tuple[bytes, str]]] = {
    "bomb": (packed({"a.txt": bytes(3_500_000)}), "100 times its size"),
    "many-small-bombs": (packed({f"{n}.txt": bytes(900_000) for n in range(4)}), "100 times its size"),
    "bomb-beside-ballast": (packed({"a.txt": bytes(1_500_000), "b": os.urandom(300_000)}), "member a.txt unpacks"),
    "stored-too-large": (packed({f"{n}": os.urandom(20_000) * 35 for n in range(6)}), "4,000,000 bytes"),
    "file-too-large": (packed({"a": os.urandom(3_000_001)}), "3,000,000"),
    "too-many-members": (packed({f"{n}.txt": "x" for n in range(51)}), "50 members"),
    "absolute": (with_entry("/etc/cron.d/x"), "absolute"),
    "parent": (with_entry("book/../../x.txt"), r"'\.\.'"),
    "backslash": (with_entry("..\\..\\x.txt"), "backslash"),
    "drive": (with_entry("C:/windows/x"), "absolute"),
    "control-character": (with_entry("book/a\x1bb"), "control"),
    "zero-byte": (with_entry("book/a\x00.md"), "control"),
    "dot-part": (with_entry("book/./x.md"), "empty part"),
    "long-name": (with_entry("book/" + "n" * 300), "too long"),
    "link": (with_entry("book/link", mode=stat.S_IFLNK | 0o777, content=b"/etc/passwd"), "link or a device"),
    "device": (with_entry("book/null", mode=stat.S_IFCHR | 0o666), "link or a device"),
    "twice": (twice(), "twice"),
    "twice-by-case": (with_entry("BOOK/book.TOML"), "twice"),
    "file-and-folder": (with_entry("book/book.toml/x"), "twice"),
    "zip-inside": (packed({**FOLDER, "book/more.md": packed(FOLDER)}), "archive itself"),
    "gzip-inside": (packed({**FOLDER, "book/more.md": b"\x1f\x8b\x08\x00"}), "archive itself"),
    "seven-zip-inside": (packed({**FOLDER, "book/more.md": b"7z\xbc\xaf\x27\x1c"}), "archive itself"),
    "rar-inside": (packed({**FOLDER, "book/more.md": b"Rar!\x1a\x07\x00"}), "archive itself"),
    "tar-inside": (packed({**FOLDER, "book/more.md": tarred()}), "archive itself"),
    "zip-as-chapter": (chapter(packed(FOLDER)), "archive itself"),
    "billion-laughs": (chapter(xhtml("<p>&c;</p>", doctype=LAUGHS)), "entities"),
    "laughs-in-attribute": (chapter(xhtml("<p title='&c;'/>", doctype=LAUGHS)), "entities"),
    "outside-entity": (chapter(xhtml("<p>&a;</p>", doctype=OUTSIDE)), "entities"),
    "outside-entity-utf16": (chapter(xhtml("<p>&a;</p>", doctype=OUTSIDE).encode("utf-16")), "entities"),
    "parameter-entity": (chapter(xhtml("<p/>", doctype=PARAMETER)), "entities"),
    "entity-in-container": (packed(changed(EPUB, **{"META-INF__container_dot_xml": OUTSIDE + CONTAINER})), "entities"),
    "entity-in-docx": (document(word_document(paragraph("&a;"), OUTSIDE.replace("html", "w:document"))), "entities"),
    "deep": (chapter(xhtml("<div>" * 60 + "</div>" * 60)), "nested"),
    "bottomless": (chapter(xhtml("<b>" * 90_000 + "</b>" * 90_000)), "nested"),
    "deep-docx": (document(word_document("<w:tbl>" * 60 + "</w:tbl>" * 60)), "nested"),
    "spine-leads-outside": (
        packed(changed(EPUB, OEBPS__book_dot_opf=OPF.replace("ch01.x", "../../ch01.x"))),
        "outside",
    ),
    "too-many-pdf-pages": (pdf([[Text("text", 300)]] * 21), "21 pages"),
    "docx-bomb": (document(word_document(paragraph("a" * 3_500_000))), "times its size"),
}
UNKNOWN: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", "is empty"),
    "picture-named-epub": (b"\x89PNG\r\n\x1a\n" + bytes(100), "EPUB 3"),
    "text": (b"Call me Ishmael.", "EPUB 3"),
    "old-word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "DOCX"),
    "empty-archive": (packed({}), "empty archive"),
    "spreadsheet": (packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}), "office file"),
}
EVERY: Final = [
    pytest.param(kind, *sample, id=name)
    for kind, samples in ((BrokenFileError, BROKEN), (HostileFileError, HOSTILE), (UnknownFormatError, UNKNOWN))
    for name, sample in samples.items()
]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], BookFileError]:
    """Opens a path that must be refused, and proves that nothing is left."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def open_(path: Path) -> BookFileError:
        with pytest.raises(BookFileError) as caught, create_book_files(limits=SMALL).open(path):
            pytest.fail("it was opened")
        assert list(temporary.iterdir()) == []
        message = str(caught.value)
        assert str(tmp_path) not in message
        assert "\n" not in message
        assert len(message) < 300
        return caught.value

    return open_


@pytest.mark.parametrize(("kind", "content", "word"), EVERY)
def test_a_bad_file_is_refused_and_said_why(
    refused: Callable[[Path], BookFileError], tmp_path: Path, kind: type[BookFileError], content: bytes, word: str
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(content)
    error = refused(path)
    assert type(error) is kind, error
    assert re.search(word, str(error)), error


def test_the_samples_are_many() -> None:
    assert len(EVERY) >= 60


def test_a_pipe_a_device_and_nothing_at_all_are_refused(
    refused: Callable[[Path], BookFileError], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.epub")
    assert "pipe or a device" in str(refused(tmp_path / "pipe.epub"))
    assert "pipe or a device" in str(refused(Path(os.devnull)))
    assert "gone.epub cannot be read" in str(refused(tmp_path / "gone.epub"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(refused: Callable[[Path], BookFileError], tmp_path: Path) -> None:
    path = tmp_path / "closed.epub"
    path.write_bytes(packed(EPUB))
    path.chmod(0)
    assert "closed.epub cannot be read" in str(refused(path))


def test_a_folder_is_looked_through(refused: Callable[[Path], BookFileError], tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "outside").symlink_to("/etc/passwd")
    assert "leads outside" in str(refused(folder))
    (folder / "outside").unlink()
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    assert "leads outside" in str(refused(folder))
    (folder / "up").unlink()
    os.mkfifo(folder / "pipe")
    assert "pipe or a device" in str(refused(folder))
    (folder / "pipe").unlink()
    for number in range(51):
        (folder / str(number)).touch()
    assert "50 files" in str(refused(folder))
    with (folder / "0").open("wb") as file:
        file.truncate(4_000_001)
    assert "4,000,000 bytes" in str(refused(folder))


def test_a_link_inside_of_a_folder_is_fine(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "b.md").symlink_to("a.md")
    with create_book_files().open(tmp_path) as opened:
        assert opened == tmp_path


def test_a_directory_that_claims_little_is_counted_all_the_same(
    refused: Callable[[Path], BookFileError], tmp_path: Path
) -> None:
    payload = packed({"a.txt": bytes(3_500_000)})
    at = payload.rindex(b"PK\x01\x02") + 24
    path = tmp_path / "small.zip"
    path.write_bytes(payload[:at] + (10).to_bytes(4, "little") + payload[at + 4 :])
    assert isinstance(refused(path), HostileFileError | BrokenFileError)


def test_a_fault_of_the_caller_is_not_taken_for_one_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    path.write_bytes(packed(FOLDER))
    with pytest.raises(zipfile.BadZipFile, match="mine"), create_book_files().open(path):
        raise zipfile.BadZipFile("mine")
