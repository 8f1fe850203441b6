"""Finds the books at a path, and reads each in its format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from modules.book_files.interface import BookFiles, PagedBook
from modules.book_pages.interface import BookPages, BrokenPageError
from modules.textbooks.interface import BookDocument, BrokenSourceError, SourceNotFoundError
from modules.textbooks.pipeline.book_toml import NAME, read_toml, sidecar_of
from modules.textbooks.pipeline.cnxml_book import collections_of, is_container, read_collection
from modules.textbooks.pipeline.paged_book import read_markdown, read_pages

_FORMATS: Final = (
    "CNXML containers (META-INF/books.xml), folders of Markdown or HTML files (with book.toml),"
    " and .epub, .docx, .pdf and .zip files"
)
_FILES: Final = frozenset({".epub", ".docx", ".pdf", ".zip"})
_HTML: Final = (".html", ".xhtml", ".htm")


def find_sources(path: Path) -> list[Path]:
    """The path itself when it is a book, else the books that stand in it, by name."""
    if path.is_file() or _is_declared(path) or any(_pages(path, _HTML, deep=False)):
        return [path]
    inside = sorted(child for child in path.iterdir() if _is_declared(child)) if path.is_dir() else []
    if inside or not any(_pages(path, (".md", *_HTML), deep=True)):
        return inside or _refuse(path)
    return [path]


def is_markdown_book(path: Path) -> bool:
    """Whether it is a folder of Markdown."""
    return path.is_dir() and not is_container(path) and not any(_pages(path, _HTML, deep=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReader:
    """Reads one source; sent whole to the process that does it."""

    book_files: BookFiles | None
    book_pages: BookPages | None

    def read(self, path: Path, on_section: Callable[[int, int], None]) -> list[BookDocument]:
        """Every book of the source. Raises TextbookError or BookFileError: no book is returned."""
        try:
            if path.is_file():
                return self._file(path, on_section)
            return self._folder(path, sidecar_of(path), on_section)
        except RecursionError as error:
            message = f"{path} line 1 is nested too deep to read"
            raise BrokenSourceError(message) from error
        except BrokenPageError as error:
            raise BrokenSourceError(str(error)) from error

    def _file(self, path: Path, on_section: Callable[[int, int], None]) -> list[BookDocument]:
        if self.book_files is None or self.book_pages is None:
            return _refuse(path)
        toml = sidecar_of(path)
        with self.book_files.open(path) as opened:
            if isinstance(opened, PagedBook):
                return [read_pages(opened, path, toml, self.book_pages, on_section)]
            # A file inside a file is left alone: an archive can hold itself.
            found = [(source, sidecar_of(source) or toml) for source in find_sources(opened) if source.is_dir()]
            books = [book for source, beside in found for book in self._folder(source, beside, on_section)]
            return books or _refuse(path)

    def _folder(self, path: Path, toml: Path | None, on_section: Callable[[int, int], None]) -> list[BookDocument]:
        if is_container(path):
            return _container(path, on_section)
        if self.book_pages is None:
            return _refuse(path)
        if is_markdown_book(path):
            return [read_markdown(path, toml, self.book_pages, on_section)]
        order = [str(name) for name in read_toml(toml).get("pages", ())]
        return [read_pages(self.book_pages.folder(path, order=order), path, toml, self.book_pages, on_section)]


def _is_declared(path: Path) -> bool:
    if path.is_file():
        return path.suffix.lower() in _FILES
    return path.is_dir() and (is_container(path) or (path / NAME).is_file())


def _pages(folder: Path, suffixes: tuple[str, ...], *, deep: bool) -> Iterator[Path]:
    paths = folder.rglob("*") if deep else folder.glob("*")
    return (path for path in paths if path.suffix.lower() in suffixes and path.is_file())


def _refuse(path: Path) -> NoReturn:
    message = f"{path} holds no book that can be read here; the library reads {_FORMATS}"
    raise SourceNotFoundError(message)


def _container(folder: Path, on_section: Callable[[int, int], None]) -> list[BookDocument]:
    books: dict[str, BookDocument] = {}
    for collection in collections_of(folder):
        book = read_collection(collection, folder, on_section)
        if book.meta.slug in books:
            message = f"{collection} line 1: the slug {book.meta.slug!r} is that of another book in {folder}"
            raise BrokenSourceError(message)
        books[book.meta.slug] = book
    return list(books.values()) or _refuse(folder)
