"""book_files: opens the file of a book, hostile until parsed, as a folder or as pages of HTML.

Depends on: kernel. Owns: no tables. Formats: ZIP archives of a folder, EPUB 3, DOCX, PDF.
"""

from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from modules.kernel.interface import VividlyError

Progress = Callable[[int, int], None]
"""Told what is done, of how much: members, documents, pages or bytes."""


class BookFileError(VividlyError):
    """A book's file cannot be opened."""

    code = "book_files.error"


class UnknownFormatError(BookFileError):
    """The file is empty, or in none of the formats; the message names them."""

    code = "book_files.unknown_format"


class BrokenFileError(BookFileError):
    """The file is cut short, encrypted, or not what its name says; the message names the part that does not parse."""

    code = "book_files.broken"


class HostileFileError(BookFileError):
    """The file goes beyond a limit or tries to lead outside; the message names the limit and what was found."""

    code = "book_files.hostile"


class FetchRefusedError(BookFileError):
    """The address is not one that books are fetched from; the message says why, and which setting allows hosts."""

    code = "book_files.fetch_refused"


class FetchFailedError(BookFileError):
    """The host is allowed but did not give the book."""

    code = "book_files.fetch_failed"
    retryable = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a book may cost before it is refused.

    Attributes:
        unpacked_bytes: of all members together. members: files in an archive.
        ratio: unpacked to packed bytes, of the whole archive and of any member above 1 MB.
        file_bytes: of the file as it comes. depth: of nested elements. pages: of a PDF.
    """

    file_bytes: int = 200_000_000
    unpacked_bytes: int = 200_000_000
    members: int = 20_000
    ratio: float = 100.0
    depth: int = 256
    pages: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document of a book, in reading order.

    Attributes:
        name: where it stands in the file, such as `OEBPS/ch01.xhtml`, for addresses and messages.
        markup: HTML or XHTML; headings are h1 to h6, formulas are MathML, no scripts are run and nothing is fetched.
        role: the part it plays in its own words (`epub:type`, such as `preface` or `bodymatter chapter`), or empty.
    """

    name: str
    markup: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedBook:
    """A book as pages of HTML, with what its own file says of it; what it does not say is empty.

    Attributes:
        edition: the book's own edition or revision, else the first 12 digits of the file's SHA-256.
        license, license_url: as written in the file, not judged.
        warnings: what was left out or mended while opening, in a sentence each.
    """

    title: str
    edition: str
    language: str = ""
    license: str = ""
    license_url: str = ""
    authors: tuple[str, ...] = ()
    source_url: str = ""
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()


class BookFiles(Protocol):
    """Opens files of books; parses nothing that it was not asked for, and opens no network."""

    @abstractmethod
    def open(self, path: Path, *, on_progress: Progress | None = None) -> AbstractContextManager[Path | PagedBook]:
        """A folder (as given, or an archive unpacked into a temporary one until the block ends), or a book in pages.

        It blocks for seconds and may use much memory: call it in a process of its own.

        Raises:
            UnknownFormatError, BrokenFileError, HostileFileError: nothing is left behind.
        """


class BookFetcher(Protocol):
    """Gets the file of a book from an address, where the operator allows it."""

    @abstractmethod
    def fetch(self, url: str, into: Path, *, on_progress: Progress | None = None) -> Path:
        """A new file in the folder `into`, not opened and not trusted. It blocks for up to minutes.

        `on_progress` is told bytes, of 0 when the host does not say how many. What it raises ends the fetching and goes
        through; whatever is raised, nothing is left in `into`.

        Raises:
            FetchRefusedError: no host is allowed, or not this one; not https, a private address, a redirect, too many
                bytes.
            FetchFailedError: the host does not answer, is too slow, or has no book there.
        """
