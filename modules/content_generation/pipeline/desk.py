"""What the steps of a lesson work with, and what they hand back."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from modules.content_generation.domain.orders import replaced_key
from modules.content_generation.repository import LessonRepository
from modules.integrations.interface import BlobStore, PriceBook, SpeechSynthesizer, VideoRenderer
from modules.kernel.interface import Database, LessonId, Modality, TopicId, Transaction
from modules.lesson_writing.interface import LessonWriter, Level, ModelUse
from modules.rag.interface import Rag
from modules.request_tracking.interface import Ending, LedgerEntry, LedgerKind, Request, RequestTracking, Stage
from modules.rubric.interface import Rubric
from modules.safety.interface import Safety
from modules.storyboards.interface import Storyboards
from modules.understanding.interface import Understanding
from modules.worker.interface import Job, Lease

SHARED_NOTE: Final = "shared lesson"
MODEL_ITEM: Final = "model_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the lesson of a request is to be: the output of `understand`."""

    topic_id: TopicId
    interest_id: str
    language: str
    corpus_version: str
    key: str
    level: Level = Level.STANDARD
    writer_version: str = ""


AIM: Final = TypeAdapter(Aim)


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a job.

    Attributes:
        outputs: what each finished stage stored, in an earlier run too.
        answers: what the student wrote when asked back.
        withdrawn: how many lessons with the key of the aim were withdrawn; the next one has a key of its own.
    """

    job: Job
    lease: Lease
    request: Request
    outputs: dict[Stage, str]
    level: Level = Level.STANDARD
    answers: tuple[str, ...] = ()
    withdrawn: int = 0

    @property
    def ordered(self) -> Aim:
        """The aim as if nothing had ever been withdrawn."""
        return AIM.validate_json(self.outputs[Stage.UNDERSTAND])

    @property
    def aim(self) -> Aim:
        ordered = self.ordered
        return replace(ordered, key=replaced_key(ordered.key, self.withdrawn))

    @property
    def lesson_id(self) -> LessonId:
        return LessonId(UUID(json.loads(self.outputs[Stage.CHECK])))


async def _nothing(_tx: Transaction) -> None:
    """Most steps write nothing but their output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a step made.

    Attributes:
        output: JSON, stored with the stage for the steps after it.
        effects: written in the transaction that closes the stage.
        ending: ends the request here. after_commit: runs last, and must not fail.
    """

    output: str = ""
    effects: Callable[[Transaction], Awaitable[None]] = _nothing
    ending: Ending | None = None
    after_commit: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the steps work with. `speech` and `video` load the media engines; `workspace`: for files in the making."""

    database: Database
    lessons: LessonRepository
    rag: Rag
    tracking: RequestTracking
    blobs: BlobStore
    prices: PriceBook
    writer: LessonWriter
    rubric: Rubric
    safety: Safety
    understanding: Understanding
    storyboards: Storyboards
    workspace: Path
    speech: Callable[[], SpeechSynthesizer]
    video: Callable[[], VideoRenderer]

    async def deliver(
        self, run: Run, lesson_id: LessonId, modality: Modality, engine: str, *, shared: bool, tx: Transaction
    ) -> None:
        """Hands a modality over and writes what it cost or saved; text goes to whoever asked for anything."""
        if modality is Modality.TEXT or modality in run.request.modalities:
            await self.tracking.deliver(run.request.id, lesson_id, modality, tx=tx)
        kind, note = (LedgerKind.SAVING, SHARED_NOTE) if shared else (LedgerKind.CHARGE, "")
        await self.record(run, kind, modality, engine, note, tx=tx)

    async def record(
        self, run: Run, kind: LedgerKind, modality: Modality, engine: str, note: str, *, tx: Transaction
    ) -> None:
        entry = LedgerEntry(
            kind=kind,
            item=modality.value,
            amount_usd=self.prices.price_usd(modality),
            price_book_version=self.prices.version,
            engine=engine,
            note=note,
        )
        await self.tracking.record(run.request.id, [entry], tx=tx)

    async def charge_model(self, run: Run, uses: Sequence[ModelUse], item: str, *, tx: Transaction) -> None:
        """Writes what a language model took for its tokens; nothing when none was called."""
        if not uses:
            return
        tokens = (sum(use.input_tokens for use in uses), sum(use.output_tokens for use in uses))
        entry = LedgerEntry(
            kind=LedgerKind.CHARGE,
            item=item,
            amount_usd=sum((use.cost_usd for use in uses), Decimal(0)),
            price_book_version=uses[0].price_book_version,
            engine=uses[0].model_id,
            note=f"{tokens[0]} tokens read, {tokens[1]} written, in {len(uses)} calls",
        )
        await self.tracking.record(run.request.id, [entry], tx=tx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage.

    Attributes:
        work: makes it, with no transaction open.
        find: the same thing, built for somebody else before.
        build_key: what only one job may be building, for `claim_seconds` at most; `ends_claim`: it is built then.
    """

    stage: Stage
    work: Callable[[Desk, Run], Awaitable[Made]]
    find: Callable[[Desk, Run, Transaction], Awaitable[Made | None]] | None = None
    build_key: Callable[[Run], str] | None = None
    claim_seconds: float = 120.0
    ends_claim: bool = True
