"""textbooks: reads open textbooks, whatever their format, into one document model.

Depends on: kernel, book_files. Owns: no tables. Formats: CNXML containers (OpenStax), folders of Markdown or HTML,
files (EPUB, DOCX, PDF, ZIP).
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from modules.kernel.interface import VividlyError
from modules.textbooks.values import (
    Block as Block,
    BlockForm as BlockForm,
    BlockKind as BlockKind,
    BookDocument as BookDocument,
    BookMeta as BookMeta,
    Formula as Formula,
    Section as Section,
    SectionRole as SectionRole,
    Term as Term,
)


class TextbookError(VividlyError):
    """A book cannot be read, or may not be used."""

    code = "textbooks.error"


class SourceNotFoundError(TextbookError):
    """The path does not exist or holds no book in a known format; the message names the formats."""

    code = "textbooks.source_not_found"


class BrokenSourceError(TextbookError):
    """A file of the book does not parse or goes beyond a limit; the message names file and line."""

    code = "textbooks.broken_source"


class LicenceRefusedError(TextbookError):
    """The book's licence is not CC BY, CC BY-SA, CC0 or public domain, and was not allowed by the operator."""

    code = "textbooks.licence_refused"


class Textbooks(Protocol):
    """Reads books from files; opens nothing else, and no network."""

    @abstractmethod
    def sources(self, path: Path) -> list[Path]:
        """The books at a path: itself when it is one, else the folders and files in it that are, by name.

        Raises:
            SourceNotFoundError: there is none.
        """

    @abstractmethod
    def read(
        self, path: Path, *, allow_licences: Sequence[str] = (), on_section: Callable[[int, int], None] | None = None
    ) -> list[BookDocument]:
        """Every book at a path, whole; teacher notes and answers are in none of its sections.

        It blocks for seconds: call it in a thread. `on_section(done, total)` is called from that thread, book by book.

        Raises:
            SourceNotFoundError, BrokenSourceError, LicenceRefusedError, BookFileError: no book is returned.
        """

    @abstractmethod
    def check_licence(self, meta: BookMeta, *, allow_licences: Sequence[str] = ()) -> None:
        """Raises LicenceRefusedError unless the licence is free, or named."""
