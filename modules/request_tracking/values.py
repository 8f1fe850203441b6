"""The values that request_tracking speaks of; outside, import them from interface.py."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from modules.kernel.interface import (
    GradeLevel,
    LessonId,
    Modality,
    PersonId,
    RequestId,
    TopicId,
)


class RequestState(StrEnum):
    """Where a request stands; the terminal states are in TERMINAL_STATES."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    PARTIAL = "partial"
    NEEDS_CLARIFICATION = "needs_clarification"
    OUT_OF_SCOPE = "out_of_scope"
    INSUFFICIENT_SOURCES = "insufficient_sources"
    DECLINED = "declined"
    FAILED = "failed"
    CANCELLED = "cancelled"


TERMINAL_STATES = frozenset(RequestState) - {RequestState.QUEUED, RequestState.RUNNING}
# What a fault ended; a replay of its job may go on.
REOPENABLE_STATES = frozenset({RequestState.FAILED, RequestState.PARTIAL})
# Ended for now: an answer queues the request again.
WAITING_STATES = frozenset({RequestState.NEEDS_CLARIFICATION})


class Stage(StrEnum):
    """The steps of a request, in order."""

    UNDERSTAND = "understand"
    RETRIEVE = "retrieve"
    WRITE = "write"
    CHECK = "check"
    NARRATE = "narrate"
    RENDER = "render"


class StageState(StrEnum):
    """Where a stage stands. SHARED: taken from a lesson that was already built."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    SHARED = "shared"
    SKIPPED = "skipped"
    FAILED = "failed"


class LedgerKind(StrEnum):
    """CHARGE: money spent. SAVING: money not spent, with its reason in the note."""

    CHARGE = "charge"
    SAVING = "saving"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """A stage of a new request. `skipped_because`: empty when it will run."""

    stage: Stage
    skipped_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """What it takes to open a request. `owner_id`: whose lesson it is; `requested_by`: who asked.

    `derived_from`: the request whose lesson this one changes.
    """

    id: RequestId
    owner_id: PersonId
    requested_by: PersonId
    query: str
    grade: GradeLevel
    interest_id: str
    modalities: tuple[Modality, ...]
    preferred_modality: Modality
    plan: tuple[PlannedStage, ...]
    derived_from: RequestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStatus:
    """A stage and how it went. `output`: what it stored, JSON text or empty."""

    stage: Stage
    state: StageState
    note: str
    attempts: int
    duration_seconds: float
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One row of the ledger; unique per (request, kind, item). Money is USD.

    `item`: `text`, `audio`, `video`; `model_tokens`, with the job's token behind it when no lesson came of them.
    """

    kind: LedgerKind
    item: str
    amount_usd: Decimal
    price_book_version: str
    engine: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A topic offered when a question is ambiguous."""

    topic_id: TopicId
    title: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it stands now.

    Attributes:
        progress: 0 to 100, from the planned stages; never falls; 100 in `completed`.
        available: modalities that can be read already.
        message: a sentence for the student in a terminal state; error_code: machine-readable reason or empty.
        version: one higher at each change.
    """

    id: RequestId
    owner_id: PersonId
    requested_by: PersonId
    query: str
    grade: GradeLevel
    interest_id: str
    modalities: tuple[Modality, ...]
    preferred_modality: Modality
    state: RequestState
    stages: tuple[StageStatus, ...]
    progress: int
    lesson_id: LessonId | None
    available: tuple[Modality, ...]
    message: str
    error_code: str
    choices: tuple[Choice, ...]
    version: int
    created_at: datetime
    updated_at: datetime
    derived_from: RequestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a request.

    Attributes:
        id: rises strictly within a request.
        name: `stage`, `available` or `state`.
        detail: of a stage `<stage>:<stage state>`, of available the modality, of a state the error code or empty.
    """

    id: int
    name: str
    request_id: RequestId
    state: RequestState
    progress: int
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a request ends. `completed` is refused while a modality asked for is not available."""

    state: RequestState
    message: str = ""
    error_code: str = ""
    choices: tuple[Choice, ...] = field(default=())
