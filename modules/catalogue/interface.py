"""catalogue: what of a library is listed and how it belongs together, as its curators want it.

Depends on: kernel, curation, questions, textbooks. Owns: no tables. Computes only; `rag` reads the topics.
"""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from modules.catalogue.values import (
    RelatedTopics as RelatedTopics,
    ShelfBook as ShelfBook,
    ShelfChapter as ShelfChapter,
    Suggestion as Suggestion,
    Term as Term,
    Topic as Topic,
)
from modules.curation.interface import Notes
from modules.kernel.interface import TopicId


class Listing(Protocol):
    """Every topic that serves, and what is said of them. A section is the id under which the library holds a topic.

    A topic is listed when it is neither hidden nor merged into another. A merge into a topic that is not there is
    passed over.
    """

    @abstractmethod
    def topic(self, topic_id: TopicId) -> Topic | None:
        """A topic as it is shown, also one that is not listed; None when there is none."""

    @abstractmethod
    def section(self, topic_id: TopicId) -> int:
        """The section of a topic that is there."""

    @abstractmethod
    def topics(self) -> list[Topic]:
        """What is listed, in book order."""

    @abstractmethod
    def target(self, topic_id: TopicId) -> TopicId:
        """The topic that stands for this one, often itself."""

    @abstractmethod
    def standing(self, section: int) -> Topic | None:
        """The topic that stands for a section; None when it is hidden or no longer there."""

    @abstractmethod
    def hidden(self) -> list[int]:
        """Sections that no topic stands for."""

    @abstractmethod
    def within(self, sections: Iterable[int]) -> list[int]:
        """Those of the sections that one of them stands for."""

    @abstractmethod
    def related(self, topic: Topic, needed: Sequence[TopicId]) -> RelatedTopics:
        """`needed`: topics that explain what this one takes for granted, the most needed first."""

    @abstractmethod
    def suggest(self, prefix: str, *, limit: int, among: Collection[int] | None = None) -> list[Suggestion]:
        """Listed topics, of all sections or of these, whose title or key terms hold words that begin so.

        Best first: title, word of the title, term, word of a term; among equals pinned ones first, then book order.
        Case, accents, apostrophes and other signs do not count; fewer than two letters find nothing.
        """

    @abstractmethod
    def shelf(self) -> list[ShelfBook]:
        """What is listed, by subject, book and chapter."""


class Catalogue(Protocol):
    """Makes listings."""

    @abstractmethod
    def of(self, printed: Mapping[int, Topic], notes: Notes) -> Listing:
        """`printed`: every topic that serves, complete and as its book has it, by section in book order."""

    @abstractmethod
    def are_same(self, one: Topic, other: Topic) -> bool:
        """Whether two books call the same thing so: `Ohm's Law` and `Electric Circuits and Ohm's Law`."""
