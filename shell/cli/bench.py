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
    if not (_ROOT / "tests" / "bench" / "main.py").exists():
        say("Benchmarks come with the source: run this in a checkout of Vividly.")
        raise typer.Exit(1)
    command = [sys.executable, "-m", "tests.bench.main", *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.run(command, cwd=_ROOT, check=False).returncode)  # noqa: S603 - our own module
