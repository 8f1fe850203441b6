"""Builds the reader of textbooks."""

from modules.textbooks.interface import Textbooks
from modules.textbooks.service import TextbooksService


def create_textbooks() -> Textbooks:
    """Reads every format that is known."""
    return TextbooksService()
