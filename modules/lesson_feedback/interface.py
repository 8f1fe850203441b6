"""lesson_feedback: what follows a lesson: feedback, reviews, notices, quiz attempts, lessons derived and reused.

Depends on: kernel, content_generation, request_tracking, rag. Owns PostgreSQL schema: lesson_feedback.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol
from uuid import UUID

from modules.content_generation.interface import BuiltLesson
from modules.kernel.interface import LessonId, PersonId, RequestId, Transaction, VividlyError
from modules.lesson_feedback.values import (
    Attempt as Attempt,
    Change as Change,
    CitedPassage as CitedPassage,
    Feedback as Feedback,
    FeedbackEffect as FeedbackEffect,
    FeedbackKind as FeedbackKind,
    Mark as Mark,
    Notice as Notice,
    NoticeKind as NoticeKind,
    Outcome as Outcome,
    Prewarmed as Prewarmed,
    PrewarmOrder as PrewarmOrder,
    Review as Review,
    ReviewState as ReviewState,
    Verdict as Verdict,
)

LONGEST_TEXT: Final = 1_000
"""Characters of a comment, and of the reason of a decision."""


class LessonFeedbackError(VividlyError):
    """Feedback cannot be taken or read as asked."""

    code = "lesson_feedback.error"


class BadFeedbackError(LessonFeedbackError):
    """A field is out of bounds; `field` names it: comment, sentence, answers, interest, reason, block_topic, budget."""

    code = "lesson_feedback.bad_feedback"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class CannotDeriveError(LessonFeedbackError):
    """There is no lesson simpler or deeper than this one."""

    code = "lesson_feedback.cannot_derive"


class UnknownReviewError(LessonFeedbackError):
    """No review has this id."""

    code = "lesson_feedback.unknown_review"


class AlreadyDecidedError(LessonFeedbackError):
    """Somebody has decided otherwise before; the message says what."""

    code = "lesson_feedback.already_decided"


class UnknownNoticeError(LessonFeedbackError):
    """This person has no notice with this id."""

    code = "lesson_feedback.unknown_notice"


class LessonFeedback(Protocol):
    """What happens after a lesson. Calls that read a lesson raise UnknownLessonError and LessonWithdrawnError."""

    @abstractmethod
    async def give(self, feedback: Feedback) -> FeedbackEffect:
        """Takes feedback; the same again changes nothing. Raises BadFeedbackError."""

    @abstractmethod
    async def derive(self, lesson_id: LessonId, change: Change, *, by: PersonId, interest: str = "") -> RequestId:
        """Asks for a changed lesson on the same topic, linked to the person's own request for the first.

        Raises:
            BadFeedbackError: `interest` is missing, the same, or not wanted. CannotDeriveError: no such lesson.
            UnknownInterestError, TopicBlockedError: from content_generation.
        """

    @abstractmethod
    async def reviews(self, *, pending: bool = True, after: UUID | None = None, limit: int = 50) -> list[Review]:
        """Reviews, those reported first coming first; `after`: the last one seen. Raises UnknownReviewError."""

    @abstractmethod
    async def review(self, review_id: UUID) -> Review:
        """Raises UnknownReviewError."""

    @abstractmethod
    async def decide(
        self, review_id: UUID, verdict: Verdict, *, by: str, reason: str, block_topic: bool = False
    ) -> Review:
        """Decides a review and tells those concerned; the same verdict again changes nothing.

        FIX and WITHDRAW take the lesson out for everybody, and with it decide every pending review of it.
        `by`: a person's id, or `cli`. `reason`: 1 to 1,000 characters, read by whoever reported when the lesson stands.
        `block_topic`: with WITHDRAW, no lesson is made on its topic until content_generation allows it.

        Raises:
            UnknownReviewError, AlreadyDecidedError, BadFeedbackError.
        """

    @abstractmethod
    async def notices(self, person_id: PersonId, *, limit: int = 100) -> list[Notice]:
        """What the person was told, newest first."""

    @abstractmethod
    async def mark_read(self, notice_id: UUID, person_id: PersonId) -> Notice:
        """Marks one of the person's notices as read; the first time counts. Raises UnknownNoticeError."""

    @abstractmethod
    async def answer(
        self, lesson_id: LessonId, person_id: PersonId, answers: Sequence[int | None]
    ) -> tuple[Attempt, tuple[Mark, ...]]:
        """Marks a quiz and keeps the attempt. Raises BadFeedbackError unless there is one answer for each item."""

    @abstractmethod
    async def attempts(self, lesson_id: LessonId, person_id: PersonId) -> list[Attempt]:
        """The person's attempts at this lesson's quiz, oldest first."""

    @abstractmethod
    async def similar(self, query: str) -> tuple[BuiltLesson, ...]:
        """Lessons on the topic of a question that are there for the asking; none when the topic is not clear."""

    @abstractmethod
    async def prewarm(
        self, order: PrewarmOrder, *, by: PersonId, run: Callable[[RequestId], Awaitable[None]] | None
    ) -> list[Prewarmed]:
        """Builds the lessons most likely asked for: on the topics asked for most, then in the order of the books.

        `run` sees a request to its end; without it nothing is built, and what would be is said.

        Raises:
            BadFeedbackError: the order names nothing, or a negative budget. UnknownInterestError, BadOrderError.
        """

    @abstractmethod
    async def erase(self, person_id: PersonId, *, tx: Transaction | None = None) -> None:
        """Removes everything kept of a person: feedback, attempts, notices, and their name and words in reviews."""
