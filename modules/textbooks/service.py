"""Reads every book at a path, each source in a process of its own, and checks the licences."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from typing_extensions import override

from modules.textbooks.domain.licence import identify, is_allowed, is_free
from modules.textbooks.interface import BookDocument, BookMeta, LicenceRefusedError, Textbooks
from modules.textbooks.pipeline.isolated import ReadingLimits, read_isolated
from modules.textbooks.pipeline.sources import SourceReader, find_sources, is_markdown_book


class TextbooksService(Textbooks):
    """Reads folders, and files that its reader can open; within `limits`, unless they are None."""

    def __init__(self, *, reader: SourceReader, limits: ReadingLimits | None, trusted: Sequence[Path]) -> None:
        self._reader = reader
        self._limits = limits
        self._trusted = [path.resolve() for path in trusted]

    @override
    def sources(self, path: Path) -> list[Path]:
        return find_sources(path)

    @override
    def read(
        self, path: Path, *, allow_licences: Sequence[str] = (), on_section: Callable[[int, int], None] | None = None
    ) -> list[BookDocument]:
        books = [
            book
            for source in self.sources(path)
            for book in self._read(source, on_section or (lambda _done, _total: None))
        ]
        for book in books:
            self.check_licence(book.meta, allow_licences=allow_licences)
        return [_marked(book) for book in books]

    @override
    def check_licence(self, meta: BookMeta, *, allow_licences: Sequence[str] = ()) -> None:
        licence = identify(f"{meta.license_url} {meta.license}")
        if not is_allowed(licence, allow_licences):
            message = (
                f"{meta.title}: the licence {meta.license} ({meta.license_url or 'no address'}) is not"
                f" CC BY, CC BY-SA, CC0 or public domain; allow {meta.license!r} by name if you hold the rights"
            )
            raise LicenceRefusedError(message)

    def _read(self, source: Path, on_section: Callable[[int, int], None]) -> list[BookDocument]:
        known = is_markdown_book(source) and any(source.resolve().is_relative_to(home) for home in self._trusted)
        if known or self._limits is None:
            return self._reader.read(source, on_section)
        task = partial(self._reader.read, source)
        return read_isolated(task, name=str(source), on_progress=on_section, limits=self._limits)


def _marked(book: BookDocument) -> BookDocument:
    """The book, marked when only somebody's word let it in."""
    free = is_free(identify(f"{book.meta.license_url} {book.meta.license}"))
    return book if free else replace(book, meta=replace(book.meta, license_allowed_by_name=True))
