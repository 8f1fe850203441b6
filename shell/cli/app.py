"""The `vividly` command: data on standard output, messages on standard error, exit codes 0, 1 and 2."""

import sys
from typing import Final

import typer

from modules.kernel.interface import VividlyError
from shell.cli import (
    ask,
    bench,
    database,
    demo,
    doctor,
    evaluate,
    lessons,
    library_topics,
    module,
    prompts,
    reviews,
    start,
    worker,
)
from shell.lifecycle import HomeError
from shell.settings import SettingsError
from shell.version import VERSION

_EXAMPLES: Final = """
Examples:

  vividly ask "Explain photosynthesis with basketball" --grade 10

  vividly ask "What is Newton's second law?" --modality video --out lesson/

  vividly start

  vividly library add path/to/textbook

Turns a question into a short lesson in which an open textbook stands behind every sentence.
"""

app = typer.Typer(
    help=_EXAMPLES, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.command("ask")(ask.ask)
app.command("answer")(ask.answer)
app.command("start")(start.start)
app.add_typer(library_topics.app, name="library")
app.add_typer(lessons.app, name="lessons")
app.add_typer(reviews.app, name="reviews")
app.add_typer(database.app, name="db")
app.add_typer(demo.app, name="demo")
app.command("doctor")(doctor.doctor)
app.add_typer(worker.app, name="worker")
app.command("module")(module.module)
app.add_typer(bench.app, name="bench")
app.add_typer(evaluate.app, name="eval")
app.add_typer(prompts.app, name="prompts")


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def options(
    *,
    version: bool = typer.Option(
        False, "--version", callback=lambda value: _version(wanted=value), is_eager=True, help="Print the version."
    ),
) -> None:
    """Options of the command itself."""
    _ = version


def main() -> None:
    """Runs the command and turns what went wrong into one sentence and an exit code."""
    try:
        app()
    except SettingsError as error:
        typer.echo(f"Settings:\n{error}", err=True)
        sys.exit(2)
    except (VividlyError, HomeError) as error:
        typer.echo(f"{error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"{error.strerror or error}: {error.filename or 'no file named'}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
