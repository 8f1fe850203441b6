"""The built-in writer: no model, no network, the same lesson for the same brief."""

from collections.abc import Mapping

from typing_extensions import override

from modules.lesson_writing.domain import composing, leveling
from modules.lesson_writing.interface import Brief, Interest, Lesson, LessonWriter
from modules.lesson_writing.pipeline import bank
from modules.quizzes.interface import Quizzes


class BuiltinLessonWriter(LessonWriter):
    """Selects the book's own sentences and adds the authored comparison."""

    engine = composing.ENGINE
    version = composing.VERSION

    def __init__(self, *, quizzes: Quizzes) -> None:
        self._quizzes = quizzes

    @override
    def interests(self) -> tuple[Interest, ...]:
        return bank.interests()

    @override
    def interest_in(self, question: str, *, phrase: str = "") -> str:
        return bank.interest_in(question, phrase)

    @override
    def write(self, brief: Brief) -> Lesson:
        interest = next((one for one in bank.interests() if one.id == brief.interest_id), None)
        comparison = bank.comparison(brief.topic, brief.passages, interest) if interest else None
        return composing.compose(brief, comparison, self._quizzes)

    @override
    def simpler_words(self) -> Mapping[str, str]:
        return leveling.SIMPLER
