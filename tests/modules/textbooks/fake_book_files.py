"""Files that open as they were told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from modules.book_files.interface import BookFiles, PagedBook, UnknownFormatError


class FakeBookFiles(BookFiles):
    """`books`: what each path opens as."""

    def __init__(self, books: Mapping[Path, Path | PagedBook]) -> None:
        self._books = books

    @contextmanager
    @override
    def open(self, path: Path, *, on_progress: Callable[[int, int], None] | None = None) -> Iterator[Path | PagedBook]:
        if path not in self._books:
            message = f"{path} is in no known format"
            raise UnknownFormatError(message)
        yield self._books[path]
