"""Looks at a book's file, picks the reader and cleans up after it."""

import hashlib
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Final

from typing_extensions import override

from modules.book_files.domain.names import common_folder, shown
from modules.book_files.interface import BookFiles, HostileFileError, Limits, PagedBook, Progress, UnknownFormatError
from modules.book_files.local.archive import Archive
from modules.book_files.local.docx import TYPES, is_docx, read_docx
from modules.book_files.local.epub import is_epub, read_epub
from modules.book_files.local.faults import parsing
from modules.book_files.local.folder import check_folder
from modules.book_files.local.pdf import read_pdf

_FORMATS: Final = "a folder, a ZIP archive of a folder, EPUB 3, DOCX or PDF"
_HEAD_BYTES: Final = 1_024
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_PDF: Final = b"%PDF-"
_EDITION_DIGITS: Final = 12


class BookFilesService(BookFiles):
    """Opens what stands within the limits."""

    def __init__(self, *, limits: Limits) -> None:
        self._limits = limits

    @override
    @contextmanager
    def open(self, path: Path, *, on_progress: Progress | None = None) -> Iterator[Path | PagedBook]:
        told = on_progress or _unheard
        with parsing(path.name):
            mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            check_folder(path, self._limits)
            yield path
            return
        if not stat.S_ISREG(mode):
            raise UnknownFormatError(f"{shown(path.name)} is no file but a pipe or a device; give {_FORMATS}")
        with tempfile.TemporaryDirectory(prefix="vividly-book-") as folder:
            yield self._opened(path, Path(folder), told)

    def _opened(self, path: Path, folder: Path, told: Progress) -> Path | PagedBook:
        with parsing(path.name), path.open("rb") as file:
            self._check_size(path, file)
            head = file.read(_HEAD_BYTES)
            fingerprint = _fingerprint(file)
            if head.startswith(_ZIP):
                return self._from_archive(Archive(file, path.name, self._limits), fingerprint, folder, told)
        if _PDF in head:
            return read_pdf(path, fingerprint=fingerprint, limits=self._limits, on_progress=told)
        found = "is none of the formats that can be opened" if head else "is empty"
        raise UnknownFormatError(f"{shown(path.name)} {found}; give {_FORMATS}")

    def _check_size(self, path: Path, file: BufferedReader) -> None:
        size = file.seek(0, 2)
        file.seek(0)
        if size > self._limits.file_bytes:
            raise HostileFileError(
                f"{shown(path.name)} is refused: it has {size:,} bytes, more than {self._limits.file_bytes:,}"
            )

    def _from_archive(self, archive: Archive, fingerprint: str, folder: Path, told: Progress) -> Path | PagedBook:
        if is_epub(archive):
            return read_epub(archive, fingerprint=fingerprint, limits=self._limits, on_progress=told)
        if is_docx(archive):
            return read_docx(archive, fingerprint=fingerprint, limits=self._limits)
        if TYPES in archive or not archive.names:
            what = "an office file without a text document" if archive.names else "an empty archive"
            raise UnknownFormatError(f"the file is {what}; give {_FORMATS}")
        archive.unpack(folder, told)
        return folder / common_folder(archive.names)


def _fingerprint(file: BufferedReader) -> str:
    file.seek(0)
    digits = hashlib.file_digest(file, "sha256").hexdigest()[:_EDITION_DIGITS]
    file.seek(0)
    return digits


def _unheard(_done: int, _total: int) -> None:
    """Progress that nobody asked for."""
