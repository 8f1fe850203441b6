"""Understands how students ask."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from modules.questions.domain.question import analyse, content_words, mended
from modules.questions.domain.spelling import nearest
from modules.questions.interface import Question, Questions


class QuestionsService(Questions):
    """Rules and word lists, no model."""

    def __init__(self, *, interest_phrases: Sequence[str]) -> None:
        self._interest_phrases = tuple(interest_phrases)

    @override
    def analyse(self, asked: str) -> Question:
        return analyse(asked, self._interest_phrases)

    @override
    def mended(self, question: Question, unknown: Sequence[str], vocabulary: Mapping[str, int]) -> Question:
        return mended(question, {word: meant for word in unknown if (meant := nearest(word, vocabulary))})

    @override
    def content_words(self, text: str) -> list[str]:
        return content_words(text)
