"""The module on real PostgreSQL, with the starter library and the fakes of everything outside."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from typing_extensions import override

from modules.content_generation.domain.orders import lesson_key
from modules.content_generation.factory import create_content_generation
from modules.content_generation.interface import ContentGeneration, LessonOrder
from modules.content_generation.repository import LessonRepository
from modules.grounding.factory import create_grounding
from modules.integrations.factory import create_price_book
from modules.integrations.interface import Narration, Storyboard
from modules.kernel.database import SqlDatabase, session_of
from modules.kernel.interface import Database, GradeLevel, JobId, Modality, PersonId, RequestId, TopicId, Transaction
from modules.lesson_writing.factory import create_lesson_writer
from modules.lesson_writing.interface import Brief, Lesson, LessonWriter
from modules.lesson_writing.service import BuiltinLessonWriter
from modules.quizzes.factory import create_quizzes
from modules.request_tracking.factory import create_request_tracking
from modules.request_tracking.interface import LedgerEntry, Request, RequestTracking, Stage
from modules.rubric.factory import create_rubric
from modules.safety.factory import create_safety
from modules.storyboards.factory import create_storyboards
from modules.understanding.factory import create_understanding
from modules.worker.factory import create_worker
from modules.worker.interface import RunMode, Worker
from tests.fakes.integrations import (
    FakeBlobStore,
    FakeDoorbell,
    FakeSpeechSynthesizer,
    FakeVideoRenderer,
)
from tests.modules.lesson_writing.library import LibraryRag


class StoppableSpeech(FakeSpeechSynthesizer):
    """Waits in mid-speech when told to."""

    started: asyncio.Event | None = None
    go_on: asyncio.Event | None = None

    @override
    async def narrate(self, storyboard: Storyboard, *, directory: Path) -> Narration:
        if self.started and self.go_on:
            self.started.set()
            await self.go_on.wait()
        return await super().narrate(storyboard, directory=directory)


class CrashingTracking:
    """Everything that tracking does, but for one crash: after a stage has started, or while it is being ended."""

    def __init__(self, tracking: RequestTracking, stage: Stage, when: str, error: Exception) -> None:
        self._tracking = tracking
        self._crash = (stage, when)
        self._error = error
        self._armed = False
        self.crashed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tracking, name)

    async def start_stage(self, request_id: RequestId, stage: Stage, *, tx: Transaction) -> None:
        await self._tracking.start_stage(request_id, stage, tx=tx)
        self._armed = (stage, "before") == self._crash and not self.crashed

    async def end_stage(self, request_id: RequestId, stage: Stage, *rest: Any, **more: Any) -> None:
        await self._tracking.end_stage(request_id, stage, *rest, **more)
        if (stage, "after") == self._crash and not self.crashed:
            self.crashed = True
            raise self._error

    def watched(self, database: Database) -> Database:
        """The database, which a crash in mid-work keeps from opening the closing transaction."""
        tracking = self

        class Watched(Database):
            @override
            @asynccontextmanager
            async def transaction(self) -> AsyncIterator[Transaction]:
                if tracking._armed:
                    tracking._armed, tracking.crashed = False, True
                    raise tracking._error
                async with database.transaction() as tx:
                    yield tx

            @override
            async def ping(self) -> None:
                await database.ping()

        return Watched()


@dataclass(kw_only=True)
class House:
    """Everything that a lesson passes through."""

    content: ContentGeneration
    tracking: RequestTracking
    worker: Worker
    database: SqlDatabase
    rag: LibraryRag
    workspace: Path
    speech: StoppableSpeech = field(default_factory=StoppableSpeech)
    video: FakeVideoRenderer = field(default_factory=FakeVideoRenderer)
    blobs: FakeBlobStore = field(default_factory=FakeBlobStore)

    async def ask(self, query: str, /, *modalities: Modality, **changes: object) -> RequestId:
        """Submits an order of one student."""
        return await self.content.submit(order(query, *modalities, **changes))

    async def drain(self, *, concurrency: int = 2) -> int:
        """Runs every job until none is left."""
        stop = asyncio.Event()
        run = self.worker.run(self.content.handlers(), mode=RunMode.DRAIN, stop=stop, concurrency=concurrency)
        return await asyncio.wait_for(run, 30)

    @contextmanager
    def crash_once(self, stage: Stage, when: str, error: Exception) -> Iterator[None]:
        """Raises in the middle of a stage's work, or in the transaction that closes it, the first time."""
        crashing = CrashingTracking(self.tracking, stage, when, error)
        handler = self.content.handlers()["lesson"]
        desk = handler._desk  # type: ignore[attr-defined]
        handler._desk = replace(desk, tracking=crashing, database=crashing.watched(desk.database))  # type: ignore[attr-defined]
        try:
            yield
        finally:
            handler._desk = desk  # type: ignore[attr-defined]
        assert crashing.crashed

    async def open_builds(self) -> int:
        """How many claims are left."""
        async with self.database.transaction() as tx:
            return int(await session_of(tx).scalar(text("SELECT count(*) FROM content_generation.builds")))

    async def claim_for_somebody_else(self, request_id: RequestId, *, seconds: float) -> None:
        """Lets another job hold the claim on this request's lesson for a while."""
        request = await self.tracking.get(request_id)
        key = lesson_key(PHOTOSYNTHESIS, "int_basketball", request.grade, "en", "starter-1", "builtin", "1")
        async with self.database.transaction() as tx:
            assert await LessonRepository().claim(key, JobId(uuid4()), seconds=seconds, tx=tx)

    async def done(self, query: str, /, *modalities: Modality, **changes: object) -> Request:
        """Asks, runs, and returns how the request ended."""
        request_id = await self.ask(query, *modalities, **changes)
        await self.drain()
        return await self.tracking.get(request_id)

    async def ledger(self, request_id: RequestId) -> set[tuple[str, str, str, str]]:
        """(kind, item, amount, note) of every row; two rows alike would be one too few."""
        rows: list[LedgerEntry] = await self.tracking.ledger(request_id)
        assert len({(row.kind, row.item) for row in rows}) == len(rows)
        return {(row.kind.value, row.item, f"{row.amount_usd.normalize():f}", row.note) for row in rows}


def order(query: str, /, *modalities: Modality, **changes: object) -> LessonOrder:
    """An order of a tenth-grader for text, unless the test says otherwise."""
    person = PersonId(uuid4())
    wanted = modalities or (Modality.TEXT,)
    values: dict[str, object] = {
        "owner_id": person,
        "requested_by": person,
        "query": query,
        "grade": GradeLevel(10),
        "interest": "",
        "modalities": wanted,
        "preferred_modality": wanted[0],
        "topic_id": None,
    }
    return LessonOrder(**{**values, **changes})  # type: ignore[arg-type]


class RewritingWriter(BuiltinLessonWriter):
    """Writes no lesson twice the same."""

    def __init__(self) -> None:
        super().__init__(quizzes=create_quizzes())
        self._written = 0

    @override
    def write(self, brief: Brief) -> Lesson:
        made = super().write(brief)
        self._written += 1
        first, *others = made.sections
        return replace(made, sections=(replace(first, title=f"{first.title} ({self._written})"), *others))


@pytest.fixture
def house(database: SqlDatabase, tmp_path: Path) -> House:
    """The module with a database of the test's own."""
    return build_house(database, tmp_path / "work", poll_seconds=0.1)


def build_house(
    database: SqlDatabase, workspace: Path, *, poll_seconds: float, writer: LessonWriter | None = None
) -> House:
    """The module on this database; `poll_seconds`: how long its worker waits when nobody rings."""
    rag, doorbell, safety = LibraryRag(), FakeDoorbell(), create_safety()
    tracking = create_request_tracking(database=database, doorbell=doorbell)
    worker = create_worker(
        database=database, doorbell=doorbell, poll_seconds=poll_seconds, retry_seconds=0.02, max_attempts=3
    )
    speech, video, blobs = StoppableSpeech(), FakeVideoRenderer(), FakeBlobStore()
    content = create_content_generation(
        database=database,
        rag=rag,
        writer=writer or create_lesson_writer(quizzes=create_quizzes()),
        rubric=create_rubric(grounding=create_grounding()),
        safety=safety,
        understanding=create_understanding(rag=rag, safety=safety),
        storyboards=create_storyboards(),
        tracking=tracking,
        worker=worker,
        speech=lambda: speech,
        video=lambda: video,
        blobs=blobs,
        prices=create_price_book(),
        public_url="http://vividly.test",
        workspace=workspace,
    )
    return House(
        content=content,
        tracking=tracking,
        worker=worker,
        database=database,
        rag=rag,
        workspace=workspace,
        speech=speech,
        video=video,
        blobs=blobs,
    )


PHOTOSYNTHESIS = TopicId("vividly-starter/02-photosynthesis")
