"""questions: takes a student's sentence apart into what is asked, what they care about, and the words around it.

Depends on: kernel. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question taken apart.

    Attributes:
        query: the question without the interest phrase, as the student put it.
        interest_phrase: what was split off, lower-case, or empty.
        words: the query without asking words, for the lexical leg; never empty when the query holds a word.
        content: the words of `words` that say something, lower-case, in order.
        named: the content words of a thing that is asked for by its name ("what is X"), empty for other questions.
    """

    query: str
    interest_phrase: str
    words: str
    content: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class Questions(Protocol):
    """Understands how students ask."""

    @abstractmethod
    def analyse(self, asked: str) -> Question:
        """Splits the interest off, then the asking words; neither ever takes the last word of content."""

    @abstractmethod
    def mended(self, question: Question, unknown: Sequence[str], vocabulary: Mapping[str, int]) -> Question:
        """The question with words that the library does not know put right from words that it does.

        `unknown`: lower-case, out of `question.content`. `vocabulary`: lower-case words with how often each stands.
        """

    @abstractmethod
    def content_words(self, text: str) -> list[str]:
        """The words of any text that say something, lower-case, in order."""
