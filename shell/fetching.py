"""Books from addresses, each fetched into a folder of its own below the home."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from shell.containers import Container

Progress = Callable[[str, int, int], None]
FETCHING: Final = "fetching"


class _NobodyWaitsError(Exception):
    """Ends the fetching from within."""


def is_address(source: str) -> bool:
    """Whether a source is an address, of whatever kind, and no path."""
    return "://" in source


@asynccontextmanager
async def fetched(container: Container, urls: Iterable[str], on_progress: Progress) -> AsyncIterator[list[Path]]:
    """The files behind addresses, each in a folder that holds only it; they stay, unless the block fails.

    Raises:
        FetchRefusedError, FetchFailedError: nothing is left, of the others neither.
    """
    files: list[Path] = []
    try:
        for url in urls:
            files.append(await _fetch(container, url, on_progress))  # noqa: PERF401 - one that fails takes the others along
        yield files
    except BaseException:
        for file in files:
            shutil.rmtree(file.parent, ignore_errors=True)
        raise


async def _fetch(container: Container, url: str, on_progress: Progress) -> Path:
    # The worker sweeps here, should this process be killed.
    folder = container.settings().home / "imports" / str(uuid4())
    waits = True

    def told(done: int, total: int) -> None:
        if not waits:
            raise _NobodyWaitsError
        on_progress(FETCHING, done if total else 0, total)

    await asyncio.to_thread(folder.mkdir, parents=True)
    fetch = container.book_fetcher().fetch
    fetching = asyncio.ensure_future(asyncio.to_thread(fetch, url, folder, on_progress=told))
    try:
        return await asyncio.shield(fetching)
    except BaseException:
        # A thread cannot be cancelled: it ends when it next tells how far it is.
        waits = False
        await asyncio.wait([fetching])
        shutil.rmtree(folder, ignore_errors=True)
        raise
