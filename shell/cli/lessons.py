"""`vividly lessons`: lessons built before anybody asks."""

import asyncio
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from modules.content_generation.interface import UnknownInterestError
from modules.kernel.interface import GradeLevel, RequestId
from modules.lesson_feedback.interface import BadFeedbackError, Outcome, Prewarmed, PrewarmOrder
from modules.worker.interface import RunMode
from shell.cli.console import Bar, put_json
from shell.cli.runtime import run
from shell.containers import Container
from shell.feedback_views import prewarmed_out

app = typer.Typer(help="Example: vividly lessons prewarm --topics 20 --budget 1.00", no_args_is_help=True)
_WORDS = {
    Outcome.BUILT: "built",
    Outcome.WOULD_BUILD: "would build",
    Outcome.THERE: "already there",
    Outcome.FAILED: "not built",
    Outcome.OVER_BUDGET: "stopped before",
}


@app.callback()
def lessons() -> None:
    """Lessons."""


@app.command()
def prewarm(
    budget: Annotated[str, typer.Option(help="The most that may be spent, in USD.")],
    topics: Annotated[int, typer.Option(min=1, max=100_000, help="How many topics, those asked for most first.")] = 10,
    interests: Annotated[str, typer.Option(help="Interest ids, with commas between them.")] = "int_basketball",
    grades: Annotated[str, typer.Option(help="Grades, with commas between them.")] = "10",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Build nothing; say what would be built.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Example: vividly lessons prewarm --topics 20 --interests int_music,int_soccer --budget 1.00 --dry-run

    Builds the lessons that are most likely asked for, and stops before the budget would be passed.
    """
    order = PrewarmOrder(topics=topics, interests=_ids(interests), grades=_grades(grades), budget_usd=_usd(budget))

    async def work(container: Container, bar: Bar) -> list[Prewarmed]:
        return await _prewarm(container, bar, order, dry_run=dry_run)

    try:
        made = run(work, silent=as_json)
    except (BadFeedbackError, UnknownInterestError) as error:
        raise typer.BadParameter(str(error)) from error
    _report(made, as_json=as_json)
    if any(one.outcome is Outcome.FAILED for one in made):
        raise typer.Exit(1)


async def _prewarm(container: Container, bar: Bar, order: PrewarmOrder, *, dry_run: bool) -> list[Prewarmed]:
    content, worker = container.content(), container.worker()
    learner = await container.user_auth().local_learner()
    count = 0

    async def build(_request_id: RequestId) -> None:
        nonlocal count
        bar.show("building lessons", count, order.topics * len(order.interests) * len(order.grades))
        count += 1
        await worker.run(content.handlers(), mode=RunMode.DRAIN, stop=asyncio.Event())

    return await container.feedback().prewarm(order, by=learner, run=None if dry_run else build)


def _report(made: list[Prewarmed], *, as_json: bool) -> None:
    counts = {outcome: sum(one.outcome is outcome for one in made) for outcome in Outcome}
    spent = sum((one.cost_usd for one in made), Decimal(0))
    if as_json:
        rows = [prewarmed_out(one).model_dump(mode="json") for one in made]
        put_json({"lessons": rows, "counts": {str(name): count for name, count in counts.items()}, "usd": float(spent)})
        return
    for one in made:
        note = f"  {one.message}" if one.message else ""
        typer.echo(
            f"{_WORDS[one.outcome]:14} {one.topic_id}  {one.interest_id}  grade {one.grade}  ${one.cost_usd}{note}"
        )
    told = ", ".join(f"{count} {_WORDS[outcome]}" for outcome, count in counts.items() if count)
    typer.echo(f"{told}; ${spent} {'would be ' if counts[Outcome.WOULD_BUILD] else ''}spent")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _grades(text: str) -> tuple[GradeLevel, ...]:
    try:
        return tuple(GradeLevel(int(part)) for part in _ids(text))
    except ValueError as error:
        raise typer.BadParameter("--grades takes whole numbers with commas between them, such as 8,10") from error


def _usd(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter("--budget takes an amount of USD, such as 1.50") from error
