"""The built-in writer: no model, no network, the same lesson for the same brief."""

from collections.abc import Mapping

from typing_extensions import override

from modules.lesson_writing.domain import composing
from modules.lesson_writing.domain.topics import Comparison
from modules.lesson_writing.interface import Analogy, Brief, Interest, Lesson, LessonWriter
from modules.lesson_writing.pipeline import bank
from modules.prose import interface as prose
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
    async def version_for(self, seed: str) -> str:
        return self.version

    @override
    def comparison(self, brief: Brief) -> Analogy | None:
        made = self._comparison(brief)
        return made.analogy if made else None

    @override
    def write(self, brief: Brief) -> Lesson:
        usual = bank.comparison(brief.topic, brief.passages, bank.interests()[0])
        return composing.compose(brief, self._comparison(brief), usual, self._quizzes)

    def _comparison(self, brief: Brief) -> Comparison | None:
        interest = next((one for one in bank.interests() if one.id == brief.interest_id), None)
        return bank.comparison(brief.topic, brief.passages, interest) if interest else None

    @override
    def simpler_words(self) -> Mapping[str, str]:
        return prose.SIMPLER
