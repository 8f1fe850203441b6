"""Builds the opener of books' files and the fetcher."""

from collections.abc import Sequence

from modules.book_files.interface import BookFetcher, BookFiles, Limits
from modules.book_files.service import BookFilesService


def create_book_files(*, limits: Limits | None = None) -> BookFiles:
    """Opens every format that is known."""
    return BookFilesService(limits=limits or Limits())


def create_book_fetcher(*, allowed_hosts: Sequence[str] = (), limits: Limits | None = None) -> BookFetcher:
    """Fetches from these hosts (`host` or `host:port`) only; from none when there are none."""
    from modules.book_files.local.fetcher import HttpsBookFetcher

    return HttpsBookFetcher(allowed_hosts=allowed_hosts, max_bytes=(limits or Limits()).file_bytes)
