"""`vividly bench`: measures Vividly on this machine, from a checkout."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from shell.cli.console import say

app = typer.Typer(help="Example: vividly bench main --json", no_args_is_help=True)
_ROOT: Final = Path(__file__).resolve().parents[2]


@app.callback()
def bench() -> None:
    """Example: vividly bench main"""


@app.command()
def main(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Example: vividly bench main --json

    The main job, end to end: seconds to readable text, to audio and to video, start-up, import of a textbook.
    """
    _run("main", as_json=as_json)


@app.command()
def rag(
    sizes: Annotated[list[int] | None, typer.Option("--size", help="Passages in the library; several sizes.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly bench rag --size 20000 --json

    The library: search from 10,000 to 300,000 passages, recall of the index, import. It needs the open textbooks.
    """
    _run("rag", *(["--sizes", *map(str, sizes)] if sizes else []), as_json=as_json)


def _run(name: str, *options: str, as_json: bool) -> None:
    if not (_ROOT / "tests" / "bench" / f"{name}.py").exists():
        say("Benchmarks come with the source: run this in a checkout of Vividly.")
        raise typer.Exit(1)
    command = [sys.executable, "-m", f"tests.bench.{name}", *options, *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.run(command, cwd=_ROOT, check=False).returncode)  # noqa: S603 - our own module
