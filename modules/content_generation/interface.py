"""content_generation: turns a question into a lesson that can prove every sentence, and its narration and video.

Depends on: kernel, integrations, worker, request_tracking, rag, grounding, lesson_writing, rubric, safety,
storyboards, understanding.
Owns PostgreSQL schema: content_generation.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from modules.content_generation.values import (
    Answer as Answer,
    Artefact as Artefact,
    ArtefactKind as ArtefactKind,
    BuiltLesson as BuiltLesson,
    Flag as Flag,
    FlagKind as FlagKind,
    LessonOrder as LessonOrder,
    Plan as Plan,
    TextFormat as TextFormat,
)
from modules.kernel.interface import GradeLevel, LessonId, Modality, RequestId, TopicId, Transaction, VividlyError
from modules.lesson_writing.interface import (
    Analogy as Analogy,
    AnalogyPair as AnalogyPair,
    CheckResult as CheckResult,
    Interest as Interest,
    KeyTerm as KeyTerm,
    Lesson as Lesson,
    Level as Level,
    QuizItem as QuizItem,
    Receipt as Receipt,
    Section as Section,
    SectionKind as SectionKind,
    Sentence as Sentence,
    SentenceKind as SentenceKind,
    Source as Source,
)
from modules.rubric.interface import JudgedLesson as JudgedLesson
from modules.worker.interface import JobHandler

NO_ANSWER: Final = -1
"""`QuizItem.answer` of a lesson that does not tell."""


class ContentGenerationError(VividlyError):
    """A lesson cannot be made or read as asked."""

    code = "content_generation.error"


class BadOrderError(ContentGenerationError):
    """A field of the order is out of bounds; `field` names it."""

    code = "content_generation.bad_order"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownInterestError(ContentGenerationError):
    """No interest has this id; the message lists those that exist."""

    code = "content_generation.unknown_interest"


class NotWaitingError(ContentGenerationError):
    """The request does not wait for this answer: it was not asked back, has gone on, or waits for a topic only."""

    code = "content_generation.not_waiting"


class UnknownLessonError(ContentGenerationError):
    """No lesson has this id."""

    code = "content_generation.unknown_lesson"


class LessonWithdrawnError(ContentGenerationError):
    """A reviewer has withdrawn the lesson; nothing of it is served any more."""

    code = "content_generation.lesson_withdrawn"


class TopicBlockedError(ContentGenerationError):
    """A reviewer has decided that no lesson is made on this topic."""

    code = "content_generation.topic_blocked"


class ArtefactMissingError(ContentGenerationError):
    """The lesson has no such file (yet): the modality was not asked for, or is still being made."""

    code = "content_generation.artefact_missing"


class UngroundedLessonError(ContentGenerationError):
    """The passages do not support a lesson that passes the checks; nothing is served."""

    code = "content_generation.ungrounded_lesson"


class ContentGeneration(Protocol):
    """Lessons. A lesson that was withdrawn is read nowhere: every reading call raises LessonWithdrawnError."""

    @abstractmethod
    def interests(self) -> tuple[Interest, ...]:
        """Every interest, by category and name."""

    @abstractmethod
    def plan(self, modalities: Sequence[Modality]) -> Plan:
        """The stages, cost and saving of a request for these modalities; video needs narration too."""

    @abstractmethod
    async def submit(self, order: LessonOrder) -> RequestId:
        """Writes the request and its job in one transaction, then rings the doorbell.

        Raises:
            BadOrderError: a field is out of bounds. UnknownInterestError: no such interest.
            TopicBlockedError: no lesson is made on the topic that was chosen.
        """

    @abstractmethod
    async def answer(self, request_id: RequestId, answer: Answer) -> None:
        """Goes on with a request that needed clarification; the last answer sent again changes nothing.

        Raises:
            BadOrderError: no answer, two answers, or a text out of bounds. UnknownTopicError, UnknownRequestError.
            NotWaitingError: the request does not wait, or after two rounds of text waits for a topic.
        """

    @abstractmethod
    async def flags(self, *, limit: int = 50, before: int | None = None) -> tuple[Flag, ...]:
        """Requests that a human should look at, the newest first; `before`: only those with a smaller id."""

    @abstractmethod
    async def cancel(self, request_id: RequestId) -> None:
        """Ends a request within one step; nothing happens when it has ended. Raises UnknownRequestError."""

    @abstractmethod
    async def rehearse(
        self, topic_id: TopicId, *, interest_ids: Sequence[str], grades: Sequence[GradeLevel]
    ) -> tuple[JudgedLesson, ...]:
        """A lesson for every grade and interest, written and judged as in a request; nothing is kept or charged.

        An empty interest id asks for a lesson without comparison. By grade, then by interest.

        Raises:
            UnknownTopicError: no such topic. UnknownInterestError: no such interest.
            UnknownLanguageError: claims cannot be judged in the book's language.
        """

    @abstractmethod
    def handlers(self) -> Mapping[str, JobHandler]:
        """What the worker runs, by job kind."""

    @abstractmethod
    async def lesson(self, lesson_id: LessonId, *, key: bool = True) -> Lesson:
        """Without `key` each quiz item's `answer` is NO_ANSWER and its `feedback` empty. Raises UnknownLessonError."""

    @abstractmethod
    async def lessons_of(self, topic_id: TopicId) -> tuple[BuiltLesson, ...]:
        """The lessons on a topic that are not withdrawn, oldest first; none when the topic is blocked."""

    @abstractmethod
    async def withdraw(self, lesson_id: LessonId, *, tx: Transaction, block_topic: bool = False) -> None:
        """Takes a lesson out for good: it is read and shared no more.

        Who asks for its key is given a new one, or `insufficient_sources` when that would say the same again.
        Waits for deliveries under way, so that `lesson_owners` in the same `tx` misses nobody. With `block_topic` no
        lesson on its topic is made until `allow`. Twice is once. Raises UnknownLessonError.
        """

    @abstractmethod
    async def allow(self, topic_id: TopicId) -> None:
        """Takes the block of a topic back."""

    @abstractmethod
    async def rendering(self, lesson_id: LessonId, text_format: TextFormat, *, key: bool = True) -> str:
        """The lesson as a document, with citations, sources and attribution. Raises UnknownLessonError.

        Without `key` it does not tell the answers of the quiz.
        """

    @abstractmethod
    async def artefacts(self, lesson_id: LessonId) -> tuple[Artefact, ...]:
        """The files of a lesson that are ready. Raises UnknownLessonError."""

    @abstractmethod
    async def artefact(self, lesson_id: LessonId, kind: ArtefactKind) -> Artefact:
        """One file of a lesson. Raises UnknownLessonError, ArtefactMissingError."""
