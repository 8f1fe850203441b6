"""`vividly worker`: runs jobs, and looks after those that failed for good."""

from typing import Annotated
from uuid import UUID

import typer

from modules.kernel.interface import JobId
from modules.worker.interface import DeadLetterRecord, RunMode
from shell.cli.console import Bar, put_json
from shell.cli.runtime import run
from shell.containers import Container
from shell.worker_main import work

app = typer.Typer(help="Examples: vividly worker serve; vividly worker drain", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def serve() -> None:
    """Example: vividly worker serve

    Runs jobs until it is stopped with Ctrl-C or SIGTERM.
    """
    run(lambda container, _bar: work(container, RunMode.SERVE), silent=True, quiet=False)


@app.command()
def drain(*, as_json: Json = False) -> None:
    """Example: vividly worker drain

    Runs the jobs that are due, then ends.
    """
    count = run(lambda container, _bar: work(container, RunMode.DRAIN), silent=True, quiet=False)
    if as_json:
        put_json({"ended": count})
    else:
        typer.echo(f"{count} runs ended")


@app.command("dead-letters")
def dead_letters(*, as_json: Json = False) -> None:
    """Example: vividly worker dead-letters --json

    Jobs that will not be tried again by themselves, newest first, each with its reason.
    """

    async def listed(container: Container, _bar: Bar) -> list[DeadLetterRecord]:
        return await container.worker().dead_letters()

    found = run(listed, silent=True, library=False)
    if as_json:
        put_json([_row(record) for record in found])
    for record in [] if as_json else found:
        typer.echo(f"{record.died_at:%Y-%m-%d %H:%M}  {record.job_id}  {record.reason}  {record.message}")


@app.command()
def replay(job_id: Annotated[UUID, typer.Argument(help="As `vividly worker dead-letters` shows it.")]) -> None:
    """Example: vividly worker replay 0b6cf3a2-6a0c-4a53-8f5e-3d5c2f3d7c11

    Queues a dead letter again, once.
    """

    async def again(container: Container, _bar: Bar) -> None:
        await container.worker().replay(JobId(job_id))

    run(again, silent=True, library=False)
    typer.echo(f"{job_id} is queued again")


def _row(record: DeadLetterRecord) -> dict[str, str | int]:
    return {
        "job_id": str(record.job_id),
        "kind": record.kind,
        "payload": record.payload.decode(errors="replace"),
        "reason": record.reason,
        "message": record.message,
        "attempts": record.attempts,
        "state": record.state,
        "died_at": record.died_at.isoformat(),
    }
