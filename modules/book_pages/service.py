"""Reads pages of HTML."""

from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from modules.book_files.interface import PagedBook
from modules.book_pages.interface import BookPages, PagePart
from modules.book_pages.pipeline.html_folder import read_folder
from modules.book_pages.pipeline.outline import parts_of


class BookPagesService(BookPages):
    """By headings, with lxml."""

    @override
    def folder(self, path: Path, *, order: Sequence[str] = ()) -> PagedBook:
        return read_folder(path, order)

    @override
    def parts(self, book: PagedBook, *, name: str) -> list[PagePart]:
        return parts_of(book, name)
