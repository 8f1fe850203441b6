"""Reads pages of HTML and Markdown."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from typing_extensions import override

from modules.book_files.interface import PagedBook
from modules.book_pages.interface import BookPages, PagePart
from modules.book_pages.pipeline.html_folder import read_folder
from modules.book_pages.pipeline.markdown_folder import read_front_matter, read_markdown
from modules.book_pages.pipeline.outline import parts_of


class BookPagesService(BookPages):
    """By headings, with lxml."""

    @override
    def folder(self, path: Path, *, order: Sequence[str] = ()) -> PagedBook:
        return read_folder(path, order)

    @override
    def parts(self, book: PagedBook, *, name: str) -> list[PagePart]:
        return parts_of(book, name)

    @override
    def front_matter(self, path: Path) -> dict[str, str]:
        return read_front_matter(path)

    @override
    def markdown(self, path: Path, *, chapters: Sequence[Mapping[str, object]] = ()) -> list[PagePart]:
        return read_markdown(path, chapters)
