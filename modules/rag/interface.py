"""rag: the library; finds the textbook passages and topics that answer a question.

Depends on: kernel, bundles, chunking, integrations, questions, textbooks. Owns PostgreSQL schema: rag.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from modules.kernel.interface import TopicId, Transaction, VividlyError
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


class UnknownBookError(RagError):
    """No book has this slug."""

    code = "rag.unknown_book"


class UnknownEditionError(RagError):
    """The book has no edition of this revision."""

    code = "rag.unknown_edition"


class LicenceChangedError(RagError):
    """The revision comes under another licence than the one that serves, and the operator has not allowed it."""

    code = "rag.licence_changed"


class QualityRefusedError(RagError):
    """The book's passages are not good enough to teach from; the message has the figures and says what to do."""

    code = "rag.quality_refused"


class ImportOvertakenError(RagError):
    """Another import of the same book was quicker; run again, it finds what stands."""

    code = "rag.import_overtaken"
    retryable = True

    def __init__(self, slug: str) -> None:
        super().__init__(f"another import of {slug} was quicker; import it again")


class Ticket(Protocol):
    """What a job that imports brings along, so that whatever dies, the job and the library agree.

    Attributes:
        id: marks the editions that it builds, for `discard`.
        finished: slugs of the books that an earlier run of it has switched; they are left out.
    """

    id: UUID
    finished: Collection[str]

    @abstractmethod
    async def hold(self, *, tx: Transaction) -> None:
        """Called first in every transaction that writes; raises when the job is no longer the caller's."""

    @abstractmethod
    async def switched(self, report: "IngestReport | None", *, last: bool, tx: Transaction) -> None:
        """Called in the transaction that lets a book serve, or new vectors (None); `last`: nothing comes after it."""


class Rag(Protocol):
    """The library."""

    @abstractmethod
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Callable[[str, int, int], None] | None = None,
        ticket: Ticket | None = None,
    ) -> list[IngestReport]:
        """Imports every book of a source, one report a book; each serves when it is whole, and not before.

        Resumable: after a crash, or when run again, what is stored stays and is not redone. The edition that served
        is kept until it is retired. `on_progress(stage, done, total)`. Without embedder weights the lexical leg alone
        is built, with a warning.

        Raises:
            SourceNotFoundError, BrokenSourceError, LicenceRefusedError: nothing of the source was imported.
            LicenceChangedError, QualityRefusedError: nothing of that book was changed.
            IndexMismatchError: another embedder's vectors serve.
        """

    @abstractmethod
    async def reembed(
        self, *, on_progress: Callable[[str, int, int], None] | None = None, ticket: Ticket | None = None
    ) -> int:
        """Computes this embedder's vectors beside those that serve, then lets them serve; returns how many it made.

        Raises:
            EngineUnavailableError: the weights are not installed.
            IndexMismatchError: the table does not hold vectors of this dimension.
        """

    @abstractmethod
    async def export(
        self, path: Path, *, slugs: Sequence[str] = (), on_progress: Callable[[str, int, int], None] | None = None
    ) -> list[Book]:
        """Writes the serving editions of books (of all, without `slugs`) into one bundle; whole, or not at all.

        Raises UnknownBookError, BundleError.
        """

    @abstractmethod
    async def load(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> list[IngestReport]:
        """Takes in the books of a bundle as `ingest` does; its vectors serve when they are of this embedder.

        Raises BundleError, when nothing was written, and as `ingest`.
        """

    @abstractmethod
    async def book(self, slug: str) -> BookRecord:
        """A book with its editions and what was found of their quality. Raises UnknownBookError."""

    @abstractmethod
    async def switch_back(self, slug: str, revision: str) -> None:
        """Lets an edition serve that did before. Raises UnknownBookError, UnknownEditionError."""

    @abstractmethod
    async def retire(self, slug: str, revision: str = "") -> None:
        """Removes an edition, or without `revision` the book; what another edition shares stays.

        Raises UnknownBookError, UnknownEditionError.
        """

    @abstractmethod
    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        """Removes the half-made editions of an import that will not go on."""

    @abstractmethod
    async def books(self) -> list[Book]:
        """Every book that serves, by title."""

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
