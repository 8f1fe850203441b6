"""`vividly reviews`: what readers have reported, and what is decided."""

from typing import Annotated
from uuid import UUID

import typer

from modules.kernel.interface import TopicId
from modules.lesson_feedback.interface import Review, Verdict
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container
from shell.feedback_views import review_out

app = typer.Typer(
    help="Examples: vividly reviews list; vividly reviews withdraw <id> --reason ...", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ReviewId = Annotated[UUID, typer.Argument(help="As `vividly reviews list` shows it.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the decision.")]
_BY = "cli"
_PAGE = 100


@app.command("list")
def list_reviews(
    *,
    decided: Annotated[bool, typer.Option("--decided", help="Those that were decided.")] = False,
    as_json: Json = False,
) -> None:
    """Example: vividly reviews list --json

    Reports that wait for a decision, oldest first, with the sentence and the passages that it cites.
    """

    async def work(container: Container, _bar: Bar) -> list[Review]:
        found: list[Review] = []
        page = await container.feedback().reviews(pending=not decided, limit=_PAGE)
        while page:
            found += page
            page = await container.feedback().reviews(pending=not decided, after=page[-1].id, limit=_PAGE)
        return found

    found = run(work, silent=True, library=False)
    if as_json:
        put_json([review_out(one).model_dump(mode="json") for one in found])
        return
    for one in found:
        _show(one)
    if not found:
        say("Nothing was decided yet." if decided else "Nothing waits for a decision.")


@app.command()
def approve(review_id: ReviewId, reason: Reason, *, as_json: Json = False) -> None:
    """Example: vividly reviews approve 0b6cf3a2-6a0c-4a53-8f5e-3d5c2f3d7c11 --reason "The book says the same."

    Lets the lesson stand, and tells whoever reported it why.
    """
    _decide(review_id, Verdict.APPROVE, reason, as_json=as_json)


@app.command()
def fix(review_id: ReviewId, reason: Reason, *, as_json: Json = False) -> None:
    """Example: vividly reviews fix 0b6cf3a2-6a0c-4a53-8f5e-3d5c2f3d7c11 --reason "The book was corrected."

    Withdraws the lesson and orders it anew; everybody who had it is told.
    """
    _decide(review_id, Verdict.FIX, reason, as_json=as_json)


@app.command()
def withdraw(
    review_id: ReviewId,
    reason: Reason,
    *,
    block_topic: Annotated[bool, typer.Option("--block-topic", help="Make no lesson on its topic any more.")] = False,
    as_json: Json = False,
) -> None:
    """Example: vividly reviews withdraw 0b6cf3a2-6a0c-4a53-8f5e-3d5c2f3d7c11 --reason "Not for this age."

    Withdraws the lesson for good; everybody who had it is told.
    """
    _decide(review_id, Verdict.WITHDRAW, reason, block_topic=block_topic, as_json=as_json)


@app.command()
def allow(topic_id: Annotated[str, typer.Argument(help="A topic that was blocked.")]) -> None:
    """Example: vividly reviews allow vividly-starter/02-photosynthesis

    Lets lessons be made on a topic again.
    """

    async def work(container: Container, _bar: Bar) -> None:
        await container.content().allow(TopicId(topic_id))

    run(work, silent=True, library=False)
    typer.echo(f"lessons on {topic_id} can be made")


def _decide(review_id: UUID, verdict: Verdict, reason: str, *, as_json: bool, block_topic: bool = False) -> None:
    async def work(container: Container, _bar: Bar) -> Review:
        decide = container.feedback().decide
        return await decide(review_id, verdict, by=_BY, reason=reason, block_topic=block_topic)

    decided = run(work, silent=True, library=False)
    if as_json:
        put_json(review_out(decided).model_dump(mode="json"))
    else:
        _show(decided)


def _show(review: Review) -> None:
    typer.echo(f"{review.id}  {review.reported_at:%Y-%m-%d %H:%M}  {review.kind}  {review.lesson_title}")
    if review.sentence:
        typer.echo(f"  sentence: {review.sentence}")
    for one in review.passages:
        typer.echo(f"  [{one.number}] {one.quote}  ({one.book_title}, {one.section})")
    if review.comment:
        typer.echo(f"  comment: {review.comment}")
    if review.decided_at:
        typer.echo(f"  {review.state} {review.decided_at:%Y-%m-%d %H:%M} by {review.decided_by}: {review.reason}")
