"""Finds the books of a folder, reads them and checks their licences."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from typing_extensions import override

from modules.textbooks.domain.licence import identify, is_allowed
from modules.textbooks.interface import BookDocument, BookMeta, LicenceRefusedError, SourceNotFoundError, Textbooks
from modules.textbooks.pipeline.cnxml_book import collections_of, read_collection
from modules.textbooks.pipeline.markdown_book import is_markdown_book, read_markdown_book

_FORMATS: Final = "a CNXML container (META-INF/books.xml, collections/, modules/) or a Markdown book (book.toml)"


class TextbooksService(Textbooks):
    """Reads CNXML containers and Markdown folders."""

    @override
    def read(
        self, path: Path, *, allow_licences: Sequence[str] = (), on_section: Callable[[int, int], None] | None = None
    ) -> list[BookDocument]:
        if not path.is_dir():
            message = f"{path} is not a folder; the library reads {_FORMATS}"
            raise SourceNotFoundError(message)
        if is_markdown_book(path):
            books = [read_markdown_book(path)]
        else:
            books = [read_collection(book, path, on_section or _unheard) for book in collections_of(path)]
        if not books:
            message = f"{path} holds no book; the library reads {_FORMATS}"
            raise SourceNotFoundError(message)
        for book in books:
            self.check_licence(book.meta, allow_licences=allow_licences)
        return books

    @override
    def check_licence(self, meta: BookMeta, *, allow_licences: Sequence[str] = ()) -> None:
        licence = identify(f"{meta.license_url} {meta.license}")
        if not is_allowed(licence, allow_licences):
            message = (
                f"{meta.title}: the licence {meta.license} ({meta.license_url or 'no address'}) is not"
                f" CC BY, CC BY-SA, CC0 or public domain; allow {meta.license!r} by name if you hold the rights"
            )
            raise LicenceRefusedError(message)


def _unheard(_done: int, _total: int) -> None:
    """Progress that nobody asked for."""
