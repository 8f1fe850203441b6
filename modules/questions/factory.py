"""Builds the understanding of questions."""

from collections.abc import Sequence

from modules.questions.interface import Questions
from modules.questions.service import QuestionsService


def create_questions(*, interest_phrases: Sequence[str]) -> Questions:
    """`interest_phrases` are lower-case words such as `basketball`."""
    return QuestionsService(interest_phrases=interest_phrases)
