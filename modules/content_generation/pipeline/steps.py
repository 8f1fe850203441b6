"""What every step of a lesson shares: the run that it belongs to, and what it hands back."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from pydantic import TypeAdapter

from modules.kernel.interface import LessonId, Modality, TopicId, Transaction
from modules.request_tracking.interface import (
    Ending,
    LedgerEntry,
    LedgerKind,
    Request,
    RequestTracking,
    Stage,
    StageState,
)
from modules.worker.interface import Job, Lease

SHARED_NOTE: Final = "shared lesson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the lesson of a request is to be: the output of `understand`."""

    topic_id: TopicId
    interest_id: str
    language: str
    corpus_version: str
    key: str


AIM: Final = TypeAdapter(Aim)


@dataclass(slots=True, kw_only=True)
class Run:
    """One run of a job. `outputs`: what each finished stage stored, by an earlier run too."""

    job: Job
    lease: Lease
    request: Request
    outputs: dict[Stage, str]
    aim: Aim | None = None
    lesson_id: LessonId | None = None

    def is_last(self, stage: Stage) -> bool:
        """Whether nothing is planned after this stage."""
        planned = [status.stage for status in self.request.stages if status.state is not StageState.SKIPPED]
        return stage is planned[-1]


async def _nothing(_tx: Transaction) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a step made.

    Attributes:
        output: stored with the stage, for the steps after it.
        effects: written in the transaction that closes the stage.
        ending: ends the request here. after_commit: runs last, and must not fail.
    """

    output: str = ""
    effects: Callable[[Transaction], Awaitable[None]] = _nothing
    ending: Ending | None = None
    after_commit: Callable[[], None] | None = None


class Step(Protocol):
    """One stage of the pipeline."""

    stage: ClassVar[Stage]
    claim_seconds: ClassVar[float]
    ends_claim: ClassVar[bool]

    @abstractmethod
    def build_key(self, run: Run) -> str:
        """What only one job may be building; empty when it does not matter."""

    @abstractmethod
    async def find(self, run: Run, *, tx: Transaction) -> Made | None:
        """The same thing, built for somebody else before."""

    @abstractmethod
    async def work(self, run: Run) -> Made:
        """Makes it, with no transaction open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Hands a modality to the request and writes what it cost, or saved, once."""

    tracking: RequestTracking

    async def __call__(self, run: Run, entry: LedgerEntry, lesson_id: LessonId, *, tx: Transaction) -> None:
        """Text can be read by everybody who asked for anything; the rest goes to who asked for it."""
        modality = Modality(entry.item)
        if modality is Modality.TEXT or modality in run.request.modalities:
            await self.tracking.deliver(run.request.id, lesson_id, modality, tx=tx)
        await self.tracking.record(run.request.id, [entry], tx=tx)


def aim_of(run: Run) -> Aim:
    """The aim of a run whose topic is known."""
    if run.aim is None:
        run.aim = AIM.validate_json(run.outputs[Stage.UNDERSTAND])
    return run.aim


def lesson_id_of(run: Run) -> LessonId:
    """The lesson of a run whose text is published."""
    if run.lesson_id is None:
        run.lesson_id = TypeAdapter(LessonId).validate_json(run.outputs[Stage.CHECK])
    return run.lesson_id


def lesson_output(lesson_id: LessonId) -> str:
    """A lesson id as a stage's output."""
    return f'"{lesson_id}"'


CHARGE: Final = LedgerKind.CHARGE
SAVING: Final = LedgerKind.SAVING
