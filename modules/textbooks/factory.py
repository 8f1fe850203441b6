"""Builds the reader of textbooks."""

from collections.abc import Sequence
from pathlib import Path

from modules.book_files.interface import BookFiles
from modules.book_pages.interface import BookPages
from modules.textbooks.interface import Textbooks
from modules.textbooks.pipeline.isolated import ReadingLimits
from modules.textbooks.pipeline.sources import SourceReader
from modules.textbooks.service import TextbooksService


def create_textbooks(
    *,
    book_files: BookFiles | None = None,
    book_pages: BookPages | None = None,
    isolated: bool = True,
    trusted: Sequence[Path] = (),
    wall_seconds: float = 600.0,
    memory_bytes: int = 2_000_000_000,
) -> Textbooks:
    """Reads every format that is known.

    Args:
        book_files: opens files; must be picklable. Without it, folders are read only.
        book_pages: reads HTML and Markdown; must be picklable. Without it, CNXML is read only.
        isolated: read in a process of its own.
        trusted: Markdown folders in these, such as our own, are read without that process.
        wall_seconds: how long it may read one source.
        memory_bytes: how much memory it may take.
    """
    limits = ReadingLimits(wall_seconds=wall_seconds, memory_bytes=memory_bytes) if isolated else None
    reader = SourceReader(book_files=book_files, book_pages=book_pages)
    return TextbooksService(reader=reader, limits=limits, trusted=trusted)
