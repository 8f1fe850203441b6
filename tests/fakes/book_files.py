"""An opener of books that it was given."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from modules.book_files.interface import BookFiles, PagedBook, UnknownFormatError


class FakeBookFiles(BookFiles):
    """`books`: what stands at each path; folders are given back as they are."""

    def __init__(self, books: Mapping[Path, PagedBook]) -> None:
        self._books = books

    @override
    @contextmanager
    def open(self, path: Path, *, on_progress: Callable[[int, int], None] | None = None) -> Iterator[Path | PagedBook]:
        if path.is_dir():
            yield path
            return
        if path not in self._books:
            message = f"{path.name} is none of the formats that can be opened; give a folder, ZIP, EPUB 3, DOCX or PDF"
            raise UnknownFormatError(message)
        book = self._books[path]
        for done in range(1, len(book.pages) + 1):
            if on_progress:
                on_progress(done, len(book.pages))
        yield book
