"""`vividly db`: the schema of the database."""

from typing import Annotated

import typer

from shell import migrate
from shell.cli.console import put_json, say
from shell.lifecycle import prepare, release
from shell.observability import configure_logging
from shell.settings import load

app = typer.Typer(help="Examples: vividly db upgrade; vividly db check", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def upgrade(*, as_json: Json = False) -> None:
    """Example: vividly db upgrade

    Brings every module's tables to the newest revision; safe to run again, and from several places at once.
    """
    settings = load()
    configure_logging(settings)
    home = prepare(settings)
    try:
        lines = migrate.upgrade(home.resolved.database_url)
    finally:
        release(home)
    if as_json:
        put_json(lines)
    else:
        typer.echo("\n".join(lines))


@app.command()
def check(*, as_json: Json = False) -> None:
    """Example: vividly db check

    Exit code 1 when tables and models differ.
    """
    settings = load()
    configure_logging(settings)
    home = prepare(settings)
    try:
        found = migrate.drift(home.resolved.database_url)
    finally:
        release(home)
    if as_json:
        put_json(found)
    elif not found:
        typer.echo("tables and models agree")
    for line in found:
        say(line)
    if found:
        raise typer.Exit(1)
