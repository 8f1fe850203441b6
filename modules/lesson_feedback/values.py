"""The values that lesson_feedback speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from modules.content_generation.interface import Level
from modules.kernel.interface import GradeLevel, LessonId, PersonId, RequestId, TopicId


class FeedbackKind(StrEnum):
    """What a reader says of a lesson; INACCURATE and INAPPROPRIATE go to review."""

    HELPFUL = "helpful"
    CONFUSING = "confusing"
    INACCURATE = "inaccurate"
    INAPPROPRIATE = "inappropriate"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"


class Change(StrEnum):
    """How a derived lesson differs from the first."""

    SIMPLER = "simpler"
    DEEPER = "deeper"
    ANOTHER_INTEREST = "another_interest"


class Verdict(StrEnum):
    """APPROVE: the lesson stands. FIX: it is withdrawn, and a better one ordered. WITHDRAW: it is withdrawn."""

    APPROVE = "approve"
    FIX = "fix"
    WITHDRAW = "withdraw"


class ReviewState(StrEnum):
    """Where a review stands; each verdict has its state."""

    PENDING = "pending"
    APPROVED = "approved"
    FIXED = "fixed"
    WITHDRAWN = "withdrawn"


class NoticeKind(StrEnum):
    """What somebody is told of a lesson that they reported or had."""

    LESSON_STANDS = "lesson_stands"
    LESSON_FIXED = "lesson_fixed"
    LESSON_WITHDRAWN = "lesson_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a person says of a lesson: at most once a kind; saying it again replaces comment and sentence.

    Attributes:
        comment: 0 to 1,000 characters. sentence: which one, counted from 0 through all sections; None for the whole.
    """

    person_id: PersonId
    lesson_id: LessonId
    kind: FeedbackKind
    comment: str = ""
    sentence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackEffect:
    """What feedback led to: a review that waits for a decision, or the change to derive a lesson with."""

    review_id: UUID | None = None
    suggestion: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPassage:
    """A source of the sentence under review, as the lesson cites it."""

    number: int
    quote: str
    book_title: str
    section: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One report of a lesson, and what was decided.

    Attributes:
        sentence: its text when it was reported, empty for the whole lesson; passages: what it cites.
        reported_by: None once that person's data were erased.
        decided_by: a person's id, or `cli`; empty while pending, as `reason` is.
        request_id: of the lesson built anew, for FIXED, unless nobody is left to build it for.
    """

    id: UUID
    lesson_id: LessonId
    lesson_title: str
    topic_id: TopicId
    interest_id: str
    grade: GradeLevel
    kind: FeedbackKind
    comment: str
    sentence: str
    passages: tuple[CitedPassage, ...]
    reported_by: PersonId | None
    reported_at: datetime
    level: Level = Level.STANDARD
    state: ReviewState = ReviewState.PENDING
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    request_id: RequestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that a person should know of a lesson. `read_at`: None until they say that they have read it."""

    id: UUID
    person_id: PersonId
    kind: NoticeKind
    lesson_id: LessonId
    text: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One go at the quiz of a lesson. `answers`: an option's place from 0, None where none was chosen."""

    id: UUID
    person_id: PersonId
    lesson_id: LessonId
    answers: tuple[int | None, ...]
    score: int
    out_of: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One item of an attempt. `answer`: the right option's place; `feedback`: why it is right."""

    chosen: int | None
    correct: bool
    answer: int
    feedback: str


class Outcome(StrEnum):
    """What became of one lesson of a prewarming. OVER_BUDGET: it, and all that follow, would pass the budget."""

    BUILT = "built"
    WOULD_BUILD = "would_build"
    THERE = "there"
    FAILED = "failed"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrewarmOrder:
    """Lessons of the standard level to build ahead: topics x interests x grades, while they keep within the budget."""

    topics: int
    interests: tuple[str, ...]
    grades: tuple[GradeLevel, ...]
    budget_usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Prewarmed:
    """One lesson of a prewarming. `cost_usd`: spent on it, or what it would cost."""

    topic_id: TopicId
    title: str
    interest_id: str
    grade: GradeLevel
    outcome: Outcome
    cost_usd: Decimal
    message: str = ""
