"""`vividly ask`: one question, one lesson, here and now."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.markdown import Markdown

from modules.content_generation.interface import (
    Answer,
    ArtefactKind,
    ArtefactMissingError,
    BadOrderError,
    Lesson,
    LessonOrder,
    Level,
    TextFormat,
    UnknownInterestError,
)
from modules.kernel.interface import MAX_GRADE, MIN_GRADE, GradeLevel, LessonId, Modality, RequestId, TopicId
from modules.request_tracking.interface import WAITING_STATES, Event, LedgerKind, Request, RequestState, Stage
from modules.worker.interface import RunMode
from shell.cli.console import Bar, put_json, say
from shell.cli.runtime import run
from shell.containers import Container
from shell.views import StatusOut, status_of

TOPIC_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*/\S+", re.IGNORECASE)
_LESSON: Final = TypeAdapter(Lesson)
_FILES: Final = {
    ArtefactKind.AUDIO: "lesson.m4a",
    ArtefactKind.VIDEO: "lesson.mp4",
    ArtefactKind.CAPTIONS: "lesson.vtt",
    ArtefactKind.TRANSCRIPT: "transcript.txt",
    ArtefactKind.POSTER: "poster.jpg",
}
_WORDS: Final = {
    Stage.UNDERSTAND: "Understanding the question",
    Stage.RETRIEVE: "Finding passages",
    Stage.WRITE: "Writing the lesson",
    Stage.CHECK: "Checking every sentence",
    Stage.NARRATE: "Narrating",
    Stage.RENDER: "Rendering the video",
}


def ask(
    question: Annotated[str, typer.Argument(help="What you want to understand, in your own words.")],
    interest: Annotated[str, typer.Option(help="Such as int_basketball; else taken from the question.")] = "",
    grade: Annotated[int, typer.Option(min=MIN_GRADE, max=MAX_GRADE, help="School year of the reader.")] = 10,
    level: Annotated[Level, typer.Option(help="How much the lesson asks of its reader.")] = Level.STANDARD,
    modality: Annotated[list[Modality] | None, typer.Option(help="text, audio or video; repeat for more.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the lesson's files into this directory.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print request and lesson as JSON.")] = False,
) -> None:
    """Examples: vividly ask "Explain photosynthesis with basketball" --grade 10

    vividly ask "What is momentum?" --modality text --modality video --out lesson/

    Writes a lesson in which an open textbook stands behind every sentence.
    """
    wanted = tuple(modality or [Modality.TEXT])
    if out is not None:
        _make(out)

    async def submitted(container: Container) -> RequestId:
        learner = await container.user_auth().local_learner()
        order = LessonOrder(
            owner_id=learner,
            requested_by=learner,
            query=question,
            grade=GradeLevel(grade),
            interest=interest,
            modalities=wanted,
            preferred_modality=wanted[0],
            level=level,
        )
        return await container.content().submit(order)

    made = _made(submitted, out, as_json=as_json)
    while _can_be_asked(made.status, as_json=as_json):
        made = _made(_answering(made.status.id, _asked_back(made.status)), out, as_json=as_json)
    _end(made, as_json=as_json)


def answer(
    request_id: Annotated[str, typer.Argument(help="The id of a request that asked back.")],
    choice: Annotated[str, typer.Argument(help="The number of a choice, a topic id, or more words.")],
    out: Annotated[Path | None, typer.Option(help="Write the lesson's files into this directory.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print request and lesson as JSON.")] = False,
) -> None:
    """Example: vividly answer 0f3c6a5e-3d0f-4f0e-8a53-4b3f6d1f2a10 2

    Goes on with a question that could have been several lessons.
    """
    try:
        known = UUID(request_id)
    except ValueError as error:
        raise typer.BadParameter("the id of a request is a UUID; `vividly ask` prints it") from error
    if out is not None:
        _make(out)
    _end(_made(_answering(known, choice), out, as_json=as_json), as_json=as_json)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """What a question led to so far."""

    status: StatusOut
    lesson: Lesson | None
    markdown: str
    files: list[Path]


def _made(begin: Callable[[Container], Awaitable[RequestId]], out: Path | None, *, as_json: bool) -> _Made:
    """Begins, or goes on, and waits for the end."""

    async def work(container: Container, bar: Bar) -> _Made:
        return await _result(container, await _follow(container, bar, await begin(container)), out)

    try:
        return run(work, silent=as_json)
    except (BadOrderError, UnknownInterestError) as error:
        raise typer.BadParameter(str(error)) from error


def _answering(request_id: UUID, said: str) -> Callable[[Container], Awaitable[RequestId]]:
    async def begin(container: Container) -> RequestId:
        known = RequestId(request_id)
        is_topic = TOPIC_ID.fullmatch(said.strip()) is not None
        given = Answer(topic_id=TopicId(said.strip())) if is_topic else Answer(text=said)
        await container.content().answer(known, given)
        return known

    return begin


def _can_be_asked(status: StatusOut, *, as_json: bool) -> bool:
    return (
        status.state in WAITING_STATES and bool(status.choices) and not as_json
        and sys.stdin.isatty() and sys.stderr.isatty()
    )  # fmt: skip


def _asked_back(status: StatusOut) -> str:
    """Asks which of the choices is meant; a number, or words."""
    say(status.message)
    _show_choices(status)
    said = typer.prompt("Number, or other words", err=True)
    return str(said)


def _show_choices(status: StatusOut) -> None:
    for number, choice in enumerate(status.choices, start=1):
        say(f"  {number}. {choice.title}: {choice.line}")


def _end(made: _Made, *, as_json: bool) -> None:
    if as_json:
        put_json(_document(made.status, made.lesson, made.files))
    else:
        _show(made.status, made.markdown, made.files)
    if made.status.state != RequestState.COMPLETED:
        raise typer.Exit(1)


def _make(out: Path) -> None:
    """Makes the directory before the work begins, so that a place that cannot be written costs nothing."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "receipt.json").touch()
    except OSError as error:
        raise typer.BadParameter(f"cannot write in {out} ({error.strerror}); choose another --out") from error


async def _result(container: Container, request: Request, out: Path | None) -> _Made:
    status = status_of(request, await container.tracking().ledger(request.id))
    if request.lesson_id is None or not request.available:
        return _Made(status=status, lesson=None, markdown="", files=[])
    content = container.content()
    lesson = await content.lesson(request.lesson_id)
    markdown = await content.rendering(request.lesson_id, TextFormat.MARKDOWN)
    files = await _write(container, out, lesson, status) if out is not None else []
    return _Made(status=status, lesson=lesson, markdown=markdown, files=files)


async def _follow(container: Container, bar: Bar, request_id: RequestId) -> Request:
    content, tracking = container.content(), container.tracking()
    stop = asyncio.Event()
    job = asyncio.create_task(container.worker().run(content.handlers(), mode=RunMode.SERVE, stop=stop, concurrency=2))
    watching = asyncio.create_task(_watch(tracking.watch(request_id), bar))
    try:
        # A worker that breaks would leave nobody to end the request: its error ends the waiting.
        await asyncio.wait({job, watching}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await content.cancel(request_id)
        say("Stopped: the request is cancelled, and nothing more is charged.")
        raise
    finally:
        stop.set()
        await job
    await watching
    return await tracking.get(request_id)


async def _watch(events: AsyncIterator[Event], bar: Bar) -> None:
    async for event in events:
        if event.name == "stage":
            bar.show(_WORDS[Stage(event.detail.partition(":")[0])], event.progress, 100)


async def _write(container: Container, out: Path, lesson: Lesson, status: StatusOut) -> list[Path]:
    content = container.content()
    texts = {
        "lesson.md": await content.rendering(lesson.id, TextFormat.MARKDOWN),
        "lesson.html": await content.rendering(lesson.id, TextFormat.HTML),
        "receipt.json": json.dumps(_document(status, lesson, [])["receipt"], ensure_ascii=False, indent=2) + "\n",
    }
    files = []
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
        files.append(out / name)
    for kind in _wanted(status):
        target = await _copy(container, lesson.id, kind, out / _FILES[kind])
        files += [target] if target else []
    return files


def _wanted(status: StatusOut) -> list[ArtefactKind]:
    kinds = []
    if {Modality.AUDIO, Modality.VIDEO} & set(status.available):
        kinds += [ArtefactKind.AUDIO, ArtefactKind.CAPTIONS, ArtefactKind.TRANSCRIPT]
    if Modality.VIDEO in status.available:
        kinds += [ArtefactKind.VIDEO, ArtefactKind.POSTER]
    return kinds


async def _copy(container: Container, lesson_id: LessonId, kind: ArtefactKind, target: Path) -> Path | None:
    try:
        artefact = await container.content().artefact(lesson_id, kind)
    except ArtefactMissingError:
        return None
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as file:
        async for piece in container.blobs().read(artefact.blob_key):
            file.write(piece)
    part.replace(target)
    return target


def _document(status: StatusOut, lesson: Lesson | None, files: list[Path]) -> dict[str, Any]:
    request = status.model_dump(mode="json")
    data = _LESSON.dump_python(lesson, mode="json") if lesson is not None else None
    receipt = {"request": request, "lesson": data["receipt"] if data else None}
    if data:
        receipt |= {"title": data["title"], "key": data["key"], "sources": data["sources"]}
    return {"request": request, "lesson": data, "receipt": receipt, "files": [str(path) for path in files]}


def _show(status: StatusOut, markdown: str, files: list[Path]) -> None:
    if markdown and sys.stdout.isatty():
        Console().print(Markdown(markdown))
    elif markdown:
        typer.echo(markdown)
    if status.message:
        say(status.message)
    _show_choices(status)
    if status.state in WAITING_STATES:
        say(f"\nGo on with: vividly answer {status.id} NUMBER")
    if status.cost.entries:
        saved = sum(entry.amount_usd for entry in status.cost.entries if entry.kind == LedgerKind.SAVING)
        version = status.cost.entries[0].price_book_version
        say(f"\nCost ${status.cost.total_usd:.3f}, saved ${saved:.3f} (price book {version})")
    for entry in status.cost.entries:
        sign = "saved" if entry.kind == LedgerKind.SAVING else "spent"
        say(f"  {sign} ${entry.amount_usd:.3f}  {entry.item}  {entry.note or entry.engine}")
    if files:
        say("\nWritten: " + ", ".join(str(path) for path in files))
