"""Progress and messages on standard error; data on standard output."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from typing_extensions import override


class Bar:
    """Says what is being done: a moving bar on a terminal, a line for each new step elsewhere."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=100) if progress else None
        self._last = ""

    def show(self, what: str, done: int, total: int) -> None:
        """Shows that `done` of `total` parts of `what` are finished."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=what, completed=100 * done / max(total, 1))
        elif what != self._last:
            self._last = what
            typer.echo(what, err=True)


@contextmanager
def progress_bar(*, silent: bool = False) -> Iterator[Bar]:
    """A Bar for as long as the block runs."""
    if silent or not sys.stderr.isatty():
        yield Bar(None) if not silent else _Silent()
        return
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress)


class _Silent(Bar):
    def __init__(self) -> None:
        super().__init__(None)

    @override
    def show(self, what: str, done: int, total: int) -> None:
        """Shows nothing."""


def say(message: str) -> None:
    """A message for the person, on standard error."""
    typer.echo(message, err=True)


def put_json(value: Any) -> None:
    """Data for programs, on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
