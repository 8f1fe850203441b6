"""`vividly doctor`: one line for each thing checked, and what to do when it fails."""

from dataclasses import asdict
from typing import Annotated

import typer

from shell.cli.console import put_json
from shell.diagnosis import diagnose
from shell.observability import configure_logging
from shell.settings import load


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Example: vividly doctor

    Exit code 1 when something that is needed does not work.
    """
    settings = load().model_copy(update={"log_level": "error"})
    configure_logging(settings)
    findings = diagnose(settings)
    if as_json:
        put_json([asdict(finding) for finding in findings])
    for finding in [] if as_json else findings:
        typer.echo(f"{finding.status:4}  {finding.name:10}  {finding.detail}")
        if finding.advice:
            typer.echo(f"{'':18}-> {finding.advice}")
    if any(finding.status == "FAIL" for finding in findings):
        raise typer.Exit(1)
