"""rag: the library; finds the textbook passages and topics that answer a question.

Depends on: kernel, book_building, catalogue, chunking, curation, integrations, questions, ranking, textbooks.
Owns PostgreSQL schema: rag.
"""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from modules.book_building.interface import (
    LicenceChangedError as LicenceChangedError,
    PackedBook,
    PreparedBook,
    Progress,
    QualityRefusedError as QualityRefusedError,
    Ticket as Ticket,
)
from modules.catalogue.interface import (
    RelatedTopics as RelatedTopics,
    ShelfBook as ShelfBook,
    Suggestion as Suggestion,
    Term as Term,
    Topic as Topic,
)
from modules.integrations.interface import Embedder
from modules.kernel.interface import TopicId, Transaction, VividlyError
from modules.rag.values import (
    EVERYTHING as EVERYTHING,
    Book as Book,
    BookRecord as BookRecord,
    Edition as Edition,
    EditionState as EditionState,
    Filters as Filters,
    IngestReport as IngestReport,
    Passage as Passage,
    PassageId as PassageId,
    PassageKind as PassageKind,
    QualityReport as QualityReport,
    ScoredTopic as ScoredTopic,
    TopicMatch as TopicMatch,
)
from modules.textbooks.interface import (
    BrokenSourceError as BrokenSourceError,
    LicenceRefusedError as LicenceRefusedError,
    SourceNotFoundError as SourceNotFoundError,
)


class RagError(VividlyError):
    """The library cannot do what it was asked."""

    code = "rag.error"


class UnknownTopicError(RagError):
    """No topic has this id."""

    code = "rag.unknown_topic"


class IndexMismatchError(RagError):
    """The index was built with another embedder; the message names both and how to build it anew."""

    code = "rag.index_mismatch"


class UnknownBookError(RagError):
    """No book has this slug."""

    code = "rag.unknown_book"

    def __init__(self, slug: str) -> None:
        super().__init__(f"the library has no book {slug!r}; `vividly library list` names them")


class UnknownEditionError(RagError):
    """The book has no edition of this revision."""

    code = "rag.unknown_edition"


class Rag(Protocol):
    """The library."""

    @abstractmethod
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
        ticket: Ticket | None = None,
    ) -> list[IngestReport]:
        """Imports every book of a source, one report a book; each serves when it is whole, and not before.

        Resumable: what is stored stays and is not redone. The edition that served is kept until it is retired. Without
        embedder weights the lexical leg alone is built, with a warning.

        Raises:
            SourceNotFoundError, BrokenSourceError, LicenceRefusedError: nothing of the source was imported.
            LicenceChangedError, QualityRefusedError: nothing of that book was changed.
            IndexMismatchError: another embedder's vectors serve.
        """

    @abstractmethod
    async def reembed(self, *, on_progress: Progress | None = None, ticket: Ticket | None = None) -> int:
        """Computes this embedder's vectors beside those that serve, then lets them serve; returns how many it made.

        Raises:
            EngineUnavailableError: the weights are not installed.
            IndexMismatchError: the table does not hold vectors of this dimension.
        """

    @abstractmethod
    async def packed(self, slug: str) -> PackedBook:
        """A book as it serves, to be taken into another library. Raises UnknownBookError, IndexMismatchError."""

    @abstractmethod
    async def take(
        self,
        book: PreparedBook,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
        embedder: Embedder | None = None,
    ) -> IngestReport:
        """Takes in a book that was read already, as `ingest` does, raising as it; `embedder` replaces the own one."""

    @abstractmethod
    async def book(self, slug: str) -> BookRecord:
        """A book with its editions and what was found of their quality. Raises UnknownBookError."""

    @abstractmethod
    async def switch_back(self, slug: str, revision: str) -> None:
        """Lets an edition serve that did before. Raises UnknownBookError, UnknownEditionError."""

    @abstractmethod
    async def retire(self, slug: str, revision: str = "") -> None:
        """Removes an edition, or the book; what others share stays. Raises UnknownBookError, UnknownEditionError."""

    @abstractmethod
    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        """Removes the half-made editions of an import that will not go on."""

    @abstractmethod
    async def books(self) -> list[Book]:
        """Every book that serves, by title."""

    @abstractmethod
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        """Topics that are listed, in book order, without terms and objectives."""

    @abstractmethod
    async def topic(self, topic_id: TopicId) -> Topic:
        """One topic with its terms and objectives, also one that is not listed. Raises UnknownTopicError."""

    @abstractmethod
    async def related(self, topic_id: TopicId) -> RelatedTopics:
        """What stands beside a topic and before it. Raises UnknownTopicError."""

    @abstractmethod
    async def suggest(self, prefix: str, *, limit: int = 8, filters: Filters = EVERYTHING) -> list[Suggestion]:
        """Topics whose title or key terms hold words that begin so, best first; from the second letter on."""

    @abstractmethod
    async def shelf(self) -> list[ShelfBook]:
        """Everything that is listed, by subject, book and chapter."""

    @abstractmethod
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        """All passages of a topic in reading order, score 0. Raises UnknownTopicError."""

    @abstractmethod
    async def search(self, query: str, *, limit: int = 10, filters: Filters = EVERYTHING) -> list[Passage]:
        """The passages that answer a student's sentence best, best first; empty when nothing shares a word or sense.

        One of a topic that is merged into another carries that one's id, and where it stands in print.
        """

    @abstractmethod
    async def neighbours(self, passage_id: PassageId, *, reach: int = 1) -> list[Passage]:
        """The passage and those up to `reach` places before and after it in its topic; empty when it is gone."""

    @abstractmethod
    async def match(self, query: str, *, filters: Filters = EVERYTHING) -> TopicMatch:
        """The topics that a student's question is about: interest, grade and chatter split off, slips put right."""

    @abstractmethod
    async def corpus_version(self) -> str:
        """Changes whenever a passage, topic, book or curation changes; part of every lesson's key."""

    @abstractmethod
    async def check(self) -> None:
        """Raises IndexMismatchError when the stored vectors come from another embedder."""
