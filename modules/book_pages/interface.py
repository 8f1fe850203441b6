"""book_pages: finds the chapters and sections in pages of HTML or Markdown, and writes each section as CNXML.

Depends on: kernel, book_files. Owns: no tables. It judges nothing: what a part is for is said by its marks and title.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from modules.book_files.interface import PagedBook
from modules.kernel.interface import VividlyError


class BookPagesError(VividlyError):
    """Pages cannot be read."""

    code = "book_pages.error"


class BrokenPageError(BookPagesError):
    """A page is empty, too large, nested too deep or no text in its encoding; the message names file and line."""

    code = "book_pages.broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """A section of a book, or what stands before the first one of a chapter.

    Attributes:
        title: empty where the text stands under no heading.
        path: titles of the parts that it stands in, the outermost first.
        marks: words that the file uses for it or for what it stands in: epub:type, classes; by themselves, lower case.
        opens: it introduces the chapter that its path ends with.
        markup: a CNXML `document` with a `section` for every further heading; its marks are classes.
        key: a name for it that does not change with its title, or empty.
        subject: when it is not the book's own.
    """

    title: str
    path: tuple[str, ...]
    markup: bytes
    marks: tuple[str, ...] = ()
    opens: bool = False
    key: str = ""
    subject: str = ""


class BookPages(Protocol):
    """Reads pages of HTML and Markdown; runs no script, opens no network."""

    @abstractmethod
    def folder(self, path: Path, *, order: Sequence[str] = ()) -> PagedBook:
        """A folder of HTML files as a book in pages, with what the pages say of it.

        Args:
            path: the folder.
            order: names of its pages. Without it: as the list of contents (nav, toc or index) links them, else by name.

        Raises:
            BrokenPageError: a page cannot be read, or is not there.
        """

    @abstractmethod
    def parts(self, book: PagedBook, *, name: str) -> list[PagePart]:
        """The sections in reading order: under those headings whose texts have the length of a section.

        Args:
            book: the book.
            name: of the book's file, for messages.

        Raises:
            BrokenPageError: a page cannot be read.
        """

    @abstractmethod
    def front_matter(self, path: Path) -> dict[str, str]:
        """What the first Markdown file of a folder that names a licence says in its `key: value` lines; else nothing.

        Raises:
            BrokenPageError: a file cannot be read.
        """

    @abstractmethod
    def markdown(self, path: Path, *, chapters: Sequence[Mapping[str, object]] = ()) -> list[PagePart]:
        """The sections of a folder of Markdown files, a file each, by name.

        Args:
            path: the folder.
            chapters: folder, title and subject of each chapter. Without it, the folder is the only one, without README.

        Raises:
            BrokenPageError: a file has no title, no text, or is not there.
        """
