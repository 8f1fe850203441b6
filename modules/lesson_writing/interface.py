"""lesson_writing: writes lessons from textbook passages, tied to an interest.

Depends on: kernel, quizzes, rag (values only). Owns: no tables; the interests, the analogy bank, words of a language.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Protocol

from modules.lesson_writing.values import (
    Analogy as Analogy,
    AnalogyPair as AnalogyPair,
    Brief as Brief,
    CheckResult as CheckResult,
    Interest as Interest,
    KeyTerm as KeyTerm,
    Lesson as Lesson,
    Level as Level,
    Receipt as Receipt,
    Section as Section,
    SectionKind as SectionKind,
    Sentence as Sentence,
    SentenceKind as SentenceKind,
    Source as Source,
)
from modules.quizzes.interface import QuizItem as QuizItem


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
    def write(self, brief: Brief) -> Lesson:
        """A draft; the same brief gives the same lesson, and the interest changes the analogy and the hook only."""

    @abstractmethod
    def simpler_words(self) -> Mapping[str, str]:
        """Rare words and phrases, in lower case, and the simpler ones that a lesson may say in their place."""
