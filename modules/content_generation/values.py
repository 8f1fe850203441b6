"""The values that content_generation speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from modules.kernel.interface import GradeLevel, LessonId, Modality, PersonId, RequestId, TopicId
from modules.lesson_writing.interface import Level
from modules.request_tracking.interface import PlannedStage


class ArtefactKind(StrEnum):
    """A file that belongs to a lesson."""

    AUDIO = "audio"
    VIDEO = "video"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    POSTER = "poster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A stored file of a lesson. `blob_key`: in the BlobStore. `duration_seconds`: 0.0 where time has no meaning."""

    lesson_id: LessonId
    kind: ArtefactKind
    blob_key: str
    content_type: str
    size_bytes: int
    sha256: str
    duration_seconds: float
    engine: str


class TextFormat(StrEnum):
    """A written rendering of a lesson. HTML is a whole page that needs nothing else."""

    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a request will take. Money is USD from the price book.

    Attributes:
        stages: all six in order, the unneeded ones with the reason why they are skipped.
        cost_usd: when nothing is shared. saving_usd: by skipped modality.
    """

    stages: tuple[PlannedStage, ...]
    cost_usd: Decimal
    saving_usd: dict[Modality, Decimal]


class FlagKind(StrEnum):
    """Why a human should look at a request: somebody may be in danger, or asked for what harms others."""

    CRISIS = "crisis"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A request that a human should look at; what was written stands in the request alone. `id`: rises with time."""

    id: int
    request_id: RequestId
    kind: FlagKind
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a student says who was asked back: a topic, or 1 to 500 characters of text; never both."""

    topic_id: TopicId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonOrder:
    """What a student asks for.

    Attributes:
        query: 1 to 500 characters, no control characters but line breaks and tabs.
        interest: an interest id, or empty to take it from the question.
        modalities: at least one, none twice. topic_id: skips understanding when given.
        derived_from: the request whose lesson this one changes.
        level: how much the lesson asks of its reader, beside the grade.
    """

    owner_id: PersonId
    requested_by: PersonId
    query: str
    grade: GradeLevel
    interest: str
    modalities: tuple[Modality, ...]
    preferred_modality: Modality
    topic_id: TopicId | None = None
    request_id: RequestId | None = None
    level: Level = Level.STANDARD
    derived_from: RequestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltLesson:
    """A lesson that is there.

    Attributes:
        interest_id: as it was ordered, or empty.
        current: whether who orders it today is given this one; not so once library or writer have changed.
    """

    id: LessonId
    topic_id: TopicId
    title: str
    interest_id: str
    interest_name: str
    grade: GradeLevel
    current: bool
    level: Level = Level.STANDARD
