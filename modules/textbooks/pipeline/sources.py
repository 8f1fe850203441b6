"""Finds the books at a path, and reads each in its format."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from modules.book_files.interface import BookFiles, PagedBook
from modules.textbooks.interface import BookDocument, BrokenSourceError, SourceNotFoundError
from modules.textbooks.pipeline.book_toml import NAME, read_toml, sidecar_of
from modules.textbooks.pipeline.cnxml_book import collections_of, is_container, read_collection
from modules.textbooks.pipeline.html_book import read_pages
from modules.textbooks.pipeline.html_folder import html_files, read_folder
from modules.textbooks.pipeline.markdown_book import read_markdown_book

_FORMATS: Final = (
    "CNXML containers (META-INF/books.xml, collections/, modules/), folders of Markdown or HTML files (with book.toml),"
    " and .epub, .docx, .pdf and .zip files"
)
_FILES: Final = frozenset({".epub", ".docx", ".pdf", ".zip"})


def find_sources(path: Path) -> list[Path]:
    """The path itself when it is a book, else the books that stand in it, by name.

    Raises:
        SourceNotFoundError: there is none.
    """
    if _is_declared(path) or path.is_file() or (path.is_dir() and _has(path, ("*.html", "*.xhtml", "*.htm"))):
        return [path]
    inside = sorted(child for child in path.iterdir() if _is_declared(child)) if path.is_dir() else []
    if inside:
        return inside
    if path.is_dir() and _has(path, ("*.md", "*/*.md", "*/*.html", "*/*.xhtml")):
        return [path]
    message = f"{path} holds no book; the library reads {_FORMATS}"
    raise SourceNotFoundError(message)


def is_markdown_book(path: Path) -> bool:
    """Whether it is a folder of Markdown files."""
    return path.is_dir() and not is_container(path) and not html_files(path)


def read_source(path: Path, book_files: BookFiles | None, on_section: Callable[[int, int], None]) -> list[BookDocument]:
    """Every book of one source.

    Raises:
        TextbookError, BookFileError: no book is returned.
    """
    try:
        if path.is_file():
            return _read_file(path, book_files, on_section)
        return _read_folder(path, sidecar_of(path), on_section)
    except RecursionError as error:
        message = f"{path} line 1 is nested too deep to read"
        raise BrokenSourceError(message) from error


def _is_declared(path: Path) -> bool:
    if path.is_file():
        return path.suffix.lower() in _FILES
    return path.is_dir() and (is_container(path) or (path / NAME).is_file())


def _has(folder: Path, patterns: tuple[str, ...]) -> bool:
    return any(True for pattern in patterns for _ in folder.glob(pattern))


def _read_file(path: Path, book_files: BookFiles | None, on_section: Callable[[int, int], None]) -> list[BookDocument]:
    if book_files is None:
        message = f"{path} is a file, and files of books cannot be opened here; the library reads {_FORMATS}"
        raise SourceNotFoundError(message)
    toml = sidecar_of(path)
    with book_files.open(path) as opened:
        if isinstance(opened, PagedBook):
            return [read_pages(opened, path, read_toml(toml), toml, on_section)]
        return [
            book
            for source in find_sources(opened)
            for book in _read_folder(source, sidecar_of(source) or toml, on_section)
        ]


def _read_folder(path: Path, toml: Path | None, on_section: Callable[[int, int], None]) -> list[BookDocument]:
    if is_container(path):
        return _read_container(path, on_section)
    if html_files(path):
        said = read_toml(toml)
        return [read_pages(read_folder(path, said), path, said, toml, on_section)]
    return [read_markdown_book(path)]


def _read_container(folder: Path, on_section: Callable[[int, int], None]) -> list[BookDocument]:
    books: dict[str, BookDocument] = {}
    for collection in collections_of(folder):
        book = read_collection(collection, folder, on_section)
        if book.meta.slug in books:
            message = f"{collection} line 1: the slug {book.meta.slug!r} is that of another book in {folder}"
            raise BrokenSourceError(message)
        books[book.meta.slug] = book
    if not books:
        message = f"{folder} holds no book; the library reads {_FORMATS}"
        raise SourceNotFoundError(message)
    return list(books.values())
