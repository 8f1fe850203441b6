"""lesson_writing: writes lessons from textbook passages, tied to an interest.

Depends on: kernel, prose, quizzes, rag (values only). Owns: no tables; the interests, the analogy bank, words.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from modules.kernel.interface import VividlyError
from modules.lesson_writing.values import (
    Analogy as Analogy,
    AnalogyPair as AnalogyPair,
    Brief as Brief,
    CheckResult as CheckResult,
    Interest as Interest,
    KeyTerm as KeyTerm,
    Lesson as Lesson,
    Level as Level,
    ModelUse as ModelUse,
    Receipt as Receipt,
    Section as Section,
    SectionKind as SectionKind,
    Sentence as Sentence,
    SentenceKind as SentenceKind,
    Source as Source,
)
from modules.quizzes.interface import QuizItem as QuizItem


class WritingError(VividlyError):
    """A writer gave no lesson. `uses`: what it spent all the same, to be charged."""

    code = "lesson_writing.error"

    def __init__(self, message: str, *, uses: Sequence[ModelUse] = ()) -> None:
        super().__init__(message)
        self.uses = tuple(uses)


class LessonWriter(Protocol):
    """Writes lessons; computes only, so call `write` in a thread.

    `engine` and `version` say who wrote: another version may write another lesson from the same brief.
    """

    engine: str
    version: str

    @abstractmethod
    def interests(self) -> tuple[Interest, ...]:
        """Every interest, by category and name."""

    @abstractmethod
    def interest_in(self, question: str, *, phrase: str = "") -> str:
        """The id of the interest meant by the phrase split off a question, or named in it after "with"; or empty."""

    @abstractmethod
    async def version_for(self, seed: str) -> str:
        """The version that will write the lesson of this seed; it belongs into the lesson's key and its brief."""

    @abstractmethod
    def comparison(self, brief: Brief) -> Analogy | None:
        """The authored comparison of the brief's topic with its interest, or none rather than a forced one."""

    @abstractmethod
    def write(self, brief: Brief) -> Lesson:
        """A draft; the built-in writer writes the same one for the same brief, and its interest changes no fact.

        Raises: WritingError: it spent money and has no lesson; also whatever a model's provider gives (see there).
        """

    @abstractmethod
    def simpler_words(self) -> Mapping[str, str]:
        """Rare words and phrases, in lower case, and the simpler ones that a lesson may say in their place."""
