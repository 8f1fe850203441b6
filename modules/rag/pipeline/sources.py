"""Finds and reads the books of a folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

from modules.rag.domain.document import BookDocument
from modules.rag.domain.licence import identify, is_allowed
from modules.rag.interface import LicenceRefusedError, SourceNotFoundError
from modules.rag.pipeline.cnxml_book import collections_of, read_collection
from modules.rag.pipeline.markdown_book import is_markdown_book, read_markdown_book

_FORMATS = "a CNXML container (META-INF/books.xml, collections/, modules/) or a Markdown book (book.toml)"


def read_books(path: Path, allow_licences: Sequence[str], on_section: Callable[[int, int], None]) -> list[BookDocument]:
    """Every book of a folder, read whole and allowed by its licence.

    Raises:
        SourceNotFoundError, BrokenSourceError, LicenceRefusedError.
    """
    if not path.is_dir():
        message = f"{path} is not a folder; the library reads {_FORMATS}"
        raise SourceNotFoundError(message)
    if is_markdown_book(path):
        books = [read_markdown_book(path)]
    else:
        books = [read_collection(collection, path, on_section) for collection in collections_of(path)]
    if not books:
        message = f"{path} holds no book; the library reads {_FORMATS}"
        raise SourceNotFoundError(message)
    for book in books:
        _check_licence(book, allow_licences)
    return books


def _check_licence(book: BookDocument, allow_licences: Sequence[str]) -> None:
    licence = identify(f"{book.meta.license_url} {book.meta.license}")
    if not is_allowed(licence, allow_licences):
        message = (
            f"{book.meta.title}: the licence {book.meta.license} ({book.meta.license_url or 'no address'}) is not"
            f" CC BY, CC BY-SA, CC0 or public domain; allow {book.meta.license!r} by name if you hold the rights"
        )
        raise LicenceRefusedError(message)
