"""quizzes: makes multiple-choice questions from what was taught, with wrong options that the sources do not support.

Depends on: nothing. Owns: no tables; the words of its questions.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

QUESTIONS: Final = 3
"""Fewer than these are not enough for a lesson."""
OPTIONS: Final = 4
BLANK: Final = "_____"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizItem:
    """A multiple-choice item. `options`: 4 distinct; `answer`: index of the key, 0 to 3."""

    question: str
    options: tuple[str, ...]
    answer: int
    feedback: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A sentence that makes sense by itself, with the numbers of the sources behind it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that can be asked for. `definition`: empty for a word that has none; `citations`: of the definition."""

    term: str
    definition: str = ""
    citations: tuple[int, ...] = ()
    is_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMaterial:
    """What questions are made of.

    Attributes:
        facts: sentences of the lesson; more: others of the passages that it cites.
        terms: of the lesson, cited. others: of the topic and its neighbours.
        words: frequent nouns and names, for when terms are few.
        evidence: sentences that a wrong option must not fit. seed: decides where keys stand.
    """

    facts: Sequence[Taught]
    more: Sequence[Taught]
    terms: Sequence[Named]
    others: Sequence[Named]
    words: Sequence[Named]
    evidence: Sequence[str]
    seed: str


class Quizzes(Protocol):
    """Computes only; the same material gives the same questions."""

    @abstractmethod
    def quiz(self, material: QuizMaterial) -> tuple[QuizItem, ...]:
        """Up to four questions of mixed kinds, each about another sentence; fewer when no fair ones can be made."""
