"""rag: the library; finds the textbook passages and topics that answer a question.

Depends on: kernel, chunking, integrations, questions, textbooks. Owns PostgreSQL schema: rag.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from modules.kernel.interface import TopicId, VividlyError
from modules.rag.values import (
    Book as Book,
    BookRecord as BookRecord,
    Edition as Edition,
    EditionState as EditionState,
    IngestReport as IngestReport,
    Passage as Passage,
    PassageId as PassageId,
    PassageKind as PassageKind,
    QualityReport as QualityReport,
    ScoredTopic as ScoredTopic,
    Term as Term,
    Topic as Topic,
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


class Rag(Protocol):
    """The library."""

    @abstractmethod
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> list[IngestReport]:
        """Imports every book of a folder (CNXML container or Markdown with book.toml), one report a book.

        Section by section and resumable: after a crash, or when run again, what is indexed stays and is not redone.
        `on_progress(stage, done, total)`. Without embedder weights the lexical leg alone is built, with a warning.

        Raises:
            SourceNotFoundError, BrokenSourceError, LicenceRefusedError: nothing of that book was imported.
        """

    @abstractmethod
    async def books(self) -> list[Book]:
        """Every book, by title."""

    @abstractmethod
    async def topics(self, *, subject: str | None = None, book_slug: str | None = None) -> list[Topic]:
        """Teachable topics in book order, without terms and objectives."""

    @abstractmethod
    async def topic(self, topic_id: TopicId) -> Topic:
        """One topic with its terms and objectives. Raises UnknownTopicError."""

    @abstractmethod
    async def passages(self, topic_id: TopicId) -> list[Passage]:
        """All passages of a topic in reading order, score 0. Raises UnknownTopicError."""

    @abstractmethod
    async def search(self, query: str, *, limit: int = 10, topic_id: TopicId | None = None) -> list[Passage]:
        """The passages that answer a student's sentence best, best first; empty when nothing shares a word or sense."""

    @abstractmethod
    async def match(self, query: str) -> TopicMatch:
        """The topics that a student's question is about, the interest phrase split off first."""

    @abstractmethod
    async def corpus_version(self) -> str:
        """Changes whenever a passage, topic or book changes; part of every lesson's key."""

    @abstractmethod
    async def check(self) -> None:
        """Raises IndexMismatchError when the stored vectors come from another embedder."""
