"""Runs a command's coroutine on an opened container."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shell.cli.console import Bar, progress_bar
from shell.containers import Container
from shell.lifecycle import opened
from shell.observability import configure_logging
from shell.settings import Settings, load

Result = TypeVar("Result")


def run(
    work: Callable[[Container, Bar], Awaitable[Result]],
    *,
    silent: bool = False,
    library: bool = True,
    quiet: bool = True,
) -> Result:
    """Opens a container, shows a progress bar, runs `work`, closes everything.

    Args:
        silent: show no progress at all, for `--json`.
        library: import the starter library into an empty library first.
        quiet: keep logs of level info away from the terminal.
    """
    settings = load()
    if quiet and settings.log_level == "info":
        settings = settings.model_copy(update={"log_level": "warning"})
    configure_logging(settings)
    return asyncio.run(_run(settings, work, silent=silent, library=library))


async def _run(
    settings: Settings, work: Callable[[Container, Bar], Awaitable[Result]], *, silent: bool, library: bool
) -> Result:
    with progress_bar(silent=silent) as bar:
        async with opened(settings, bar.show, library=library) as container:
            return await work(container, bar)
