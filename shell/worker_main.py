"""The worker process: what `vividly start` runs beside the API and `vividly worker` runs alone."""

import asyncio
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Final

import structlog

from modules.worker.interface import RunMode
from shell.containers import Container
from shell.lifecycle import opened
from shell.observability import configure_logging
from shell.settings import load

_log = structlog.get_logger(__name__)
LEFTOVER_SECONDS: Final = 6 * 3600
UPLOAD_SECONDS: Final = 7 * 24 * 3600


async def work(container: Container, mode: RunMode, stop: asyncio.Event | None = None) -> int:
    """Runs jobs until drained, or until `stop`, SIGTERM or Ctrl-C; returns how many runs ended."""
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    home = container.settings().home
    await asyncio.to_thread(sweep, home / "work")
    await asyncio.to_thread(sweep, home / "imports", UPLOAD_SECONDS)
    handlers = {**container.content().handlers(), **container.imports().handlers()}
    return await container.worker().run(
        handlers, mode=mode, stop=stop, concurrency=container.settings().worker_concurrency
    )


def sweep(workspace: Path, leftover_seconds: float = LEFTOVER_SECONDS) -> None:
    """Removes what processes that were killed left behind; no job waits or runs for as long as that is old."""
    if not workspace.is_dir():
        return
    before = time.time() - leftover_seconds
    for path in workspace.iterdir():
        # Another worker may be sweeping too.
        if not path.is_symlink() and path.is_dir() and _changed(path) < before:
            shutil.rmtree(path, ignore_errors=True)
            _log.info("removed what a killed worker left", directory=path.name)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


async def serve_beside_parent() -> None:
    """Runs jobs until the parent process ends, however it ends: its side of standard input closes then."""
    settings = load()
    configure_logging(settings)
    stop = asyncio.Event()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )

    async def watch_parent() -> None:
        await reader.read()
        stop.set()

    watcher = asyncio.create_task(watch_parent())
    try:
        async with opened(settings, library=False) as container:
            await work(container, RunMode.SERVE, stop)
    finally:
        watcher.cancel()
        transport.close()


if __name__ == "__main__":
    asyncio.run(serve_beside_parent())
