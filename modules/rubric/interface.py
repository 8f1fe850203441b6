"""rubric: judges a lesson by fifteen checks, and mends what it can without inventing anything.

Depends on: kernel, rag (values only), lesson_writing (values only), grounding. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from modules.lesson_writing.interface import Lesson
from modules.rag.interface import Passage, Topic
from modules.rubric.values import (
    Check as Check,
    JudgedLesson as JudgedLesson,
    LessonFigures as LessonFigures,
    Line as Line,
    RubricReport as RubricReport,
    Show as Show,
    Slide as Slide,
)


class Rubric(Protocol):
    """Judges by words; computes only, so call it in a thread. The README says how each check is read."""

    @abstractmethod
    def judge(self, lesson: Lesson, passages: Sequence[Passage], *, topic: Topic, show: Show) -> RubricReport:
        """All fifteen checks. `passages`: what the lesson was written from; `topic`: with objectives and terms.

        Raises:
            UnknownLanguageError: of grounding; claims cannot be judged in the lesson's language.
        """

    @abstractmethod
    def repaired(self, lesson: Lesson, passages: Sequence[Passage]) -> Lesson:
        """The lesson with every claim that its citations do not support replaced by the cited sentence, or taken out.

        It is taken out when no cited sentence is near enough to be meant, or the lesson says that sentence already.
        A section without a sentence of fact goes when it had one; a lesson without such claims comes back as it is.

        Raises:
            UnknownLanguageError: of grounding; claims cannot be judged in the lesson's language.
        """

    @abstractmethod
    def figures(self, judged: Sequence[JudgedLesson], *, others: Sequence[JudgedLesson] = ()) -> LessonFigures:
        """Figures over at least one lesson. `others` count for `invariance` only."""
