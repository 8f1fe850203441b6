"""The module on real PostgreSQL, with the starter library and the fakes of everything outside."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from modules.content_generation.factory import create_content_generation
from modules.content_generation.interface import ContentGeneration, LessonOrder
from modules.integrations.factory import create_price_book
from modules.kernel.database import SqlDatabase
from modules.kernel.interface import GradeLevel, Modality, PersonId, RequestId, TopicId
from modules.lesson_writing.factory import create_lesson_writer
from modules.request_tracking.factory import create_request_tracking
from modules.request_tracking.interface import LedgerEntry, Request, RequestTracking
from modules.worker.factory import create_worker
from modules.worker.interface import RunMode, Worker
from tests.fakes.integrations import (
    FakeBlobStore,
    FakeDoorbell,
    FakeSpeechSynthesizer,
    FakeVideoRenderer,
)
from tests.modules.lesson_writing.library import LibraryRag


@dataclass(kw_only=True)
class House:
    """Everything that a lesson passes through."""

    content: ContentGeneration
    tracking: RequestTracking
    worker: Worker
    database: SqlDatabase
    rag: LibraryRag
    workspace: Path
    speech: FakeSpeechSynthesizer = field(default_factory=FakeSpeechSynthesizer)
    video: FakeVideoRenderer = field(default_factory=FakeVideoRenderer)
    blobs: FakeBlobStore = field(default_factory=FakeBlobStore)

    async def ask(self, query: str, *modalities: Modality, **changes: object) -> RequestId:
        """Submits an order of one student."""
        return await self.content.submit(order(query, *modalities, **changes))

    async def drain(self) -> int:
        """Runs every job that is due."""
        stop = asyncio.Event()
        return await asyncio.wait_for(self.worker.run(self.content.handlers(), mode=RunMode.DRAIN, stop=stop), 30)

    async def done(self, query: str, *modalities: Modality, **changes: object) -> Request:
        """Asks, runs, and returns how the request ended."""
        request_id = await self.ask(query, *modalities, **changes)
        await self.drain()
        return await self.tracking.get(request_id)

    async def ledger(self, request_id: RequestId) -> set[tuple[str, str, str, str]]:
        """(kind, item, amount, note) of every row; two rows alike would be one too few."""
        rows: list[LedgerEntry] = await self.tracking.ledger(request_id)
        assert len({(row.kind, row.item) for row in rows}) == len(rows)
        return {(row.kind.value, row.item, f"{row.amount_usd.normalize():f}", row.note) for row in rows}


def order(query: str, *modalities: Modality, **changes: object) -> LessonOrder:
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
        "preferred_modality": wanted[0] if wanted else Modality.TEXT,
        "topic_id": None,
    }
    return LessonOrder(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def house(database: SqlDatabase, tmp_path: Path) -> House:
    """The module with a database of the test's own."""
    rag, doorbell = LibraryRag(), FakeDoorbell()
    tracking = create_request_tracking(database=database, doorbell=doorbell)
    worker = create_worker(database=database, doorbell=doorbell, poll_seconds=0.1, retry_seconds=0.02, max_attempts=3)
    speech, video, blobs = FakeSpeechSynthesizer(), FakeVideoRenderer(), FakeBlobStore()
    content = create_content_generation(
        database=database,
        rag=rag,
        writer=create_lesson_writer(),
        tracking=tracking,
        worker=worker,
        speech=lambda: speech,
        video=lambda: video,
        blobs=blobs,
        prices=create_price_book(),
        workspace=tmp_path / "work",
    )
    return House(
        content=content,
        tracking=tracking,
        worker=worker,
        database=database,
        rag=rag,
        workspace=tmp_path / "work",
        speech=speech,
        video=video,
        blobs=blobs,
    )


PHOTOSYNTHESIS = TopicId("vividly-starter/02-photosynthesis")
