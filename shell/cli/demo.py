"""`vividly demo`: accounts to try things with."""

from dataclasses import asdict
from typing import Annotated

import typer

from modules.user_auth.interface import DemoReport
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container

app = typer.Typer(help="Example: vividly demo seed", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """Example: vividly demo seed"""


@app.command()
def seed(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Example: vividly demo seed

    A district, a school, a teacher, a class and three students. Passwords are made up and shown this once.
    """

    async def work(container: Container, _bar: Bar) -> DemoReport:
        return await container.user_auth().seed_demo()

    report = run(work, silent=as_json, library=False)
    if as_json:
        put_json(asdict(report))
        return
    typer.echo(f"{report.districts} district, {report.schools} school, {report.classes} class, {report.people} people")
    for account in report.accounts:
        password = account.password or "(password shown when it was made)"
        typer.echo(f"{account.role:8} {account.email}  {password}")
    if any(account.password for account in report.accounts):
        say("Keep these passwords: they are not shown again.")
