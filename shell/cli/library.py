"""`vividly library`: the textbooks that lessons come from."""

from dataclasses import asdict
from typing import Annotated

import typer

from modules.rag.interface import Book, Passage, Topic
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container
from shell.views import passage_out, topic_out

app = typer.Typer(
    help="Examples: vividly library add path/to/textbook; vividly library search momentum", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_books(*, as_json: Json = False) -> None:
    """Example: vividly library list

    Every book, with its edition and licence.
    """

    async def work(container: Container, _bar: Bar) -> list[Book]:
        return await container.rag().books()

    books = run(work, silent=as_json)
    if as_json:
        put_json([asdict(book) for book in books])
        return
    for book in books:
        typer.echo(
            f"{book.slug}  {book.title}, edition {book.edition[:12]}, {book.license}, "
            f"{book.topics} topics, {book.passages} passages"
        )


@app.command()
def topics(subject: Annotated[str, typer.Option(help="Only this subject.")] = "", *, as_json: Json = False) -> None:
    """Example: vividly library topics --subject physics

    Every topic that can be taught.
    """

    async def work(container: Container, _bar: Bar) -> list[Topic]:
        return await container.rag().topics(subject=subject or None)

    found = run(work, silent=as_json)
    if as_json:
        put_json([topic_out(topic).model_dump() for topic in found])
        return
    for topic in found:
        typer.echo(f"{topic.id}  {topic.title}  ({topic.book_title})")


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="A question, in your own words.")],
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    *,
    as_json: Json = False,
) -> None:
    """Example: vividly library search "why do objects fall" --json

    The passages that answer a question best.
    """

    async def work(container: Container, _bar: Bar) -> list[Passage]:
        return await container.rag().search(query, limit=limit)

    found = run(work, silent=as_json)
    if as_json:
        put_json([passage_out(passage).model_dump() for passage in found])
        return
    for passage in found:
        typer.echo(f"{passage.score:.3f}  {passage.book_title}, {passage.section}\n  {passage.text}\n  {passage.url}\n")
    if not found:
        say("Nothing in the library is near this question. `vividly library topics` lists what there is.")
