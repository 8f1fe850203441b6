"""`vividly library topic` and what belongs to it: suggestions, and changing topics by hand."""

from typing import Annotated

import typer

from modules.curation.interface import Change
from modules.kernel.interface import TopicId
from modules.rag.interface import RelatedTopics, Suggestion, Topic
from shell.cli.console import Bar, put_json, say
from shell.cli.library import Json
from shell.cli.library_imports import app as app
from shell.cli.runtime import run
from shell.containers import Container
from shell.curating import Wish, curate as change_topic
from shell.topic_views import change_out, related_out, suggestion_out
from shell.views import topic_detail_out

TopicArgument = Annotated[str, typer.Argument(help="A topic, as in `vividly library topics`.")]


@app.command()
def topic(topic_id: TopicArgument, *, as_json: Json = False) -> None:
    """Example: vividly library topic vividly-starter/photosynthesis

    A topic: what one learns, its key terms, what to know first, what stands beside it, and what was changed by hand.
    """

    async def work(container: Container, _bar: Bar) -> tuple[Topic, RelatedTopics, list[Change]]:
        rag = container.rag()
        found = await rag.topic(TopicId(topic_id))
        return found, await rag.related(found.id), await container.curation().history(found.id)

    found, related, changes = run(work, silent=as_json)
    if as_json:
        shown = {"topic": topic_detail_out(found), "related": related_out(related)}
        facts = {name: value.model_dump(mode="json") for name, value in shown.items()}
        put_json(facts | {"changes": [change_out(change).model_dump(mode="json") for change in changes]})
        return
    for line in (*_lines_of(found), *_lines_around(related), *map(_line_of, changes)):
        typer.echo(line)


@app.command()
def suggest(
    text: Annotated[str, typer.Argument(help="The beginning of a word.")],
    limit: Annotated[int, typer.Option(min=1, max=50)] = 8,
    *,
    as_json: Json = False,
) -> None:
    """Example: vividly library suggest photo

    The topics that may be meant.
    """

    async def work(container: Container, _bar: Bar) -> list[Suggestion]:
        return await container.rag().suggest(text, limit=limit)

    found = run(work, silent=as_json)
    if as_json:
        put_json([suggestion_out(one).model_dump() for one in found])
        return
    for one in found:
        term = f"  [{one.matched}]" if one.matched != one.topic.title else ""
        typer.echo(f"{one.topic.id}  {one.topic.title}  ({one.topic.book_title}){term}")
    if not found:
        say("No title and no key term begins so. `vividly library topics` lists what there is.")


@app.command()
def curate(
    topic_id: TopicArgument,
    title: Annotated[
        str | None, typer.Option(help="The title to show; an empty one gives back the printed one.")
    ] = None,
    merge_into: Annotated[str | None, typer.Option(help="The topic that stands for it; empty takes it back.")] = None,
    *,
    hidden: Annotated[bool | None, typer.Option("--hide/--show", help="Leave it out, or no longer.")] = None,
    pinned: Annotated[bool | None, typer.Option("--pin/--unpin", help="Put it first, or no longer.")] = None,
    as_json: Json = False,
) -> None:
    """Example: vividly library curate physics/m54142 --title "Force and Acceleration" --pin

    Renames, merges, hides or pins a topic; kept when a new edition of its book comes.
    """
    wish = Wish(title=title, merged_into=merge_into, hidden=hidden, pinned=pinned)

    async def work(container: Container, _bar: Bar) -> tuple[Topic, list[Change]]:
        shown = await change_topic(container, TopicId(topic_id), wish, by="cli")
        return shown, await container.curation().history(shown.id)

    found, changes = run(work, silent=as_json)
    if as_json:
        shown = topic_detail_out(found).model_dump(mode="json")
        put_json({"topic": shown, "changes": [change_out(change).model_dump(mode="json") for change in changes]})
        return
    typer.echo(f"{found.id}  {found.title}")
    for change in changes:
        typer.echo(_line_of(change))


def _lines_of(topic: Topic) -> list[str]:
    return [
        f"{topic.id}  {topic.title}{'  (pinned)' if topic.pinned else ''}",
        f"  {topic.book_title}, {topic.chapter}, {topic.section}",
        *(f"  - {objective}" for objective in topic.objectives),
        *(f"  {term.term}: {term.definition}" for term in topic.terms),
    ]


def _lines_around(related: RelatedTopics) -> list[str]:
    beside = (
        *(("know first", topic) for topic in related.prerequisites),
        ("before", related.previous),
        ("after", related.next),
        *(("the same in", topic) for topic in related.same),
    )
    return [f"  {word}: {topic.title}  ({topic.id})" for word, topic in beside if topic]


def _line_of(change: Change) -> str:
    return (
        f"  {change.changed_at:%Y-%m-%d %H:%M} {change.changed_by}: {change.field.value}"
        f" {change.before or 'none'} -> {change.after or 'none'}"
    )
