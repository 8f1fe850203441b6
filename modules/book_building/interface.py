"""book_building: takes a book onto a shelf step by step, so that it can be cut off anywhere and gone on with.

Depends on: kernel, chunking, integrations, textbooks. Owns: no tables; the shelf is a port, and rag fills it.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from modules.book_building.values import (
    Admission as Admission,
    Begun as Begun,
    BuildReport as BuildReport,
    PackedBook as PackedBook,
    Placed as Placed,
    PreparedBook as PreparedBook,
)
from modules.integrations.interface import Embedder
from modules.kernel.interface import Transaction, VividlyError
from modules.textbooks.interface import BookMeta

Progress = Callable[[str, int, int], None]
"""Told `(stage, done, total)`."""
Hold = Callable[[Transaction], Awaitable[None]]
"""Called first in every transaction that writes; raises when the writer may not go on."""
READING = "read"
STORING = "storing sections"
EMBEDDING = "computing vectors"
SWITCHING = "switching"


class BookBuildingError(VividlyError):
    """A book cannot be built."""

    code = "book_building.error"


class OvertakenError(BookBuildingError):
    """Another import of the same book was quicker; run again, it finds what stands."""

    code = "book_building.overtaken"
    retryable = True

    def __init__(self, slug: str) -> None:
        super().__init__(f"another import of {slug} was quicker; import it again")


class LicenceChangedError(BookBuildingError):
    """The revision comes under another licence than the one that serves, and the operator has not allowed it."""

    code = "book_building.licence_changed"


class QualityRefusedError(BookBuildingError):
    """The book's passages are not good enough to teach from; the message has the figures and says what to do."""

    code = "book_building.quality_refused"


class Ticket(Protocol):
    """What a job that imports brings along, so that whatever dies, the job and the library agree.

    Attributes:
        id: marks the editions that it builds.
        finished: slugs of the books that an earlier run of it has switched; they are left out.
    """

    id: UUID
    finished: Collection[str]

    @abstractmethod
    async def hold(self, *, tx: Transaction) -> None:
        """Called first in every transaction that writes; raises when the job is no longer the caller's."""

    @abstractmethod
    async def switched(self, report: BuildReport | None, *, last: bool, tx: Transaction) -> None:
        """Called in the transaction that lets a book serve, or new vectors (None); `last`: nothing comes after it."""


class VectorShelf(Protocol):
    """Where vectors stand; everything here is short, for no transaction is open while they are computed."""

    @abstractmethod
    async def claim(self, embedder: Embedder, *, tx: Transaction) -> None:
        """Makes the vectors this embedder's while there are none; raises when those of another one serve."""

    @abstractmethod
    async def copy(self, book_id: int, edition_id: int, embedder: str, *, tx: Transaction) -> None:
        """Gives passages of an edition the vector of the same text elsewhere in the book."""

    @abstractmethod
    async def lacking(self, embedder: str, *, edition_id: int | None, tx: Transaction) -> int:
        """How many passages of an edition, or of the library, have no vector of this embedder."""

    @abstractmethod
    async def without(
        self, embedder: str, *, edition_id: int | None, limit: int, tx: Transaction
    ) -> list[tuple[int, str]]:
        """Such passages as (id, text to embed), the oldest first."""

    @abstractmethod
    async def save(
        self, embedder: str, ids: Sequence[int], vectors: Sequence[Sequence[float]], *, tx: Transaction
    ) -> None:
        """Stores vectors of passages that are still there."""

    @abstractmethod
    async def recount(self, *, changed: bool, tx: Transaction) -> None:
        """Counts anew what search needs, if what is searched has changed or a count was cut off."""


class BookShelf(Protocol):
    """Where editions stand. Every method but `lock` needs the book's lock."""

    @abstractmethod
    async def lock(self, slug: str, *, tx: Transaction) -> int:
        """The id of the book, made if need be; holds it until the transaction ends."""

    @abstractmethod
    async def serving(self, book_id: int, *, tx: Transaction) -> tuple[str, str] | None:
        """Revision and licence of the edition that serves."""

    @abstractmethod
    async def begin(self, book_id: int, meta: BookMeta, admission: Admission, *, tx: Transaction) -> int:
        """The edition in the making, begun or gone on with; returns its id."""

    @abstractmethod
    async def place(self, book_id: int, edition_id: int, items: Sequence[Placed], *, tx: Transaction) -> set[str]:
        """Puts the sections that stand into their places, takes out all others; returns the topics that stand."""

    @abstractmethod
    async def is_building(self, edition_id: int, *, tx: Transaction) -> bool:
        """Whether nobody switched or discarded it meanwhile."""

    @abstractmethod
    async def store(self, book_id: int, edition_id: int, item: Placed, *, tx: Transaction) -> None:
        """Puts a section into its place, with its passages; another import may have stored it meanwhile."""

    @abstractmethod
    async def shared(self, edition_id: int, *, tx: Transaction) -> int:
        """How many of an edition's sections serve already."""

    @abstractmethod
    async def switch(self, book_id: int, edition_id: int, *, tx: Transaction) -> bool:
        """Lets the edition serve in the place of the one that did; returns whether what is searched has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where books are built, on what terms, with which embedder, and who is told.

    Attributes:
        allow_licences: names of licences that are let in although not open, or other than that which serves.
        accept_quality: whether a book that the quality check refuses is taken all the same.
    """

    shelf: BookShelf
    vectors: VectorShelf
    embedder: Embedder
    on_progress: Progress
    allow_licences: Sequence[str] = ()
    accept_quality: bool = False


class BookBuilding(Protocol):
    """Builds books; no transaction is open while vectors are computed."""

    @abstractmethod
    async def ingest(self, path: Path, site: Site, *, ticket: Ticket | None) -> list[BuildReport]:
        """Reads a source, and builds each of its books that the ticket has not finished.

        Raises: as `Textbooks.read`, when nothing was written, and as `build`.
        """

    @abstractmethod
    async def build(
        self, book: PreparedBook, site: Site, *, ticket: Ticket | None = None, last: bool = True
    ) -> BuildReport:
        """One book, whole, again when another import of it was quicker. Nothing of it serves before the end.

        `last`: of its source. Without embedder weights the book serves by its words, and the report warns; it also
        warns, as the quality report does, of a book in another language than the one that questions are matched in.

        Raises:
            OvertakenError: more often than it is worth trying.
            LicenceChangedError, QualityRefusedError: nothing was written, as when `VectorShelf.claim` refuses.
        """

    @abstractmethod
    async def refill(
        self, vectors: VectorShelf, embedder: Embedder, *, on_progress: Progress, ticket: Ticket | None
    ) -> int:
        """Gives every passage of the library its vector of this embedder; returns how many it made.

        Raises:
            EngineUnavailableError: the weights are not installed.
        """
