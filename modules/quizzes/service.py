"""Makes questions from templates: a definition, a meaning, a gap in a sentence, a figure."""

from typing_extensions import override

from modules.quizzes.domain import choosing
from modules.quizzes.interface import QuizItem, QuizMaterial, Quizzes


class TemplateQuizzes(Quizzes):
    """Asks in the book's own words."""

    @override
    def quiz(self, material: QuizMaterial) -> tuple[QuizItem, ...]:
        return choosing.quiz(material)
