"""A reader of books that it was given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from typing_extensions import override

from modules.textbooks.interface import BookDocument, BookMeta, LicenceRefusedError, SourceNotFoundError, Textbooks

_FREE = ("CC BY 4.0", "CC BY-SA 4.0", "CC0 1.0")


class FakeTextbooks(Textbooks):
    """`books`: what stands at each path."""

    def __init__(self, books: Mapping[Path, Sequence[BookDocument]]) -> None:
        self._books = books

    @override
    def sources(self, path: Path) -> list[Path]:
        inside = sorted(book for book in self._books if book.parent == path)
        if path not in self._books and not inside:
            message = f"{path} holds no book; the library reads CNXML and Markdown"
            raise SourceNotFoundError(message)
        return [path] if path in self._books else inside

    @override
    def read(
        self, path: Path, *, allow_licences: Sequence[str] = (), on_section: Callable[[int, int], None] | None = None
    ) -> list[BookDocument]:
        found = []
        for book in (book for source in self.sources(path) for book in self._books[source]):
            self.check_licence(book.meta, allow_licences=allow_licences)
            named = book.meta.license not in _FREE
            found.append(replace(book, meta=replace(book.meta, license_allowed_by_name=named)))
            total = len(book.sections)
            for done in range(1, total + 1):
                if on_section:
                    on_section(done, total)
        return found

    @override
    def check_licence(self, meta: BookMeta, *, allow_licences: Sequence[str] = ()) -> None:
        if meta.license not in {*_FREE, *allow_licences}:
            raise LicenceRefusedError(meta.license)
