"""Builds what reads pages."""

from modules.book_pages.interface import BookPages
from modules.book_pages.service import BookPagesService


def create_book_pages() -> BookPages:
    """Sections of 150 to 4,000 words where the headings allow it."""
    return BookPagesService()
