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
    Begun as Begun,
    BuildReport as BuildReport,
    PackedBook as PackedBook,
    Placed as Placed,
    PreparedBook as PreparedBook,
)
from modules.integrations.interface import Embedder
from modules.kernel.interface import Transaction, VividlyError

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


class BookShelf(Protocol):
    """Where one book is built; its rules for what may come in are its own."""

    @abstractmethod
    async def begin(
        self, book: PreparedBook, items: Sequence[Placed], builder: UUID | None, *, tx: Transaction
    ) -> Begun:
        """Opens the gate or raises; begins the edition or goes on with it; what stands is put into its place."""

    @abstractmethod
    async def claim(self, begun: Begun, *, tx: Transaction) -> None:
        """Locks the book. Raises OvertakenError when the edition is no longer in the making."""

    @abstractmethod
    async def store(self, book_id: int, edition_id: int, item: Placed, *, tx: Transaction) -> None:
        """Puts a section into its place, with its passages; another import may have stored it meanwhile."""

    @abstractmethod
    async def switch(self, begun: Begun, *, sections: int, warnings: tuple[str, ...], tx: Transaction) -> BuildReport:
        """Lets the edition serve. Raises OvertakenError unless it holds `sections` sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where books are built, with which embedder, and who is told."""

    shelf: BookShelf
    vectors: VectorShelf
    embedder: Embedder
    on_progress: Progress


class BookBuilding(Protocol):
    """Builds books; no transaction is open while vectors are computed."""

    @abstractmethod
    async def ingest(
        self, path: Path, site: Site, *, allow_licences: Sequence[str], ticket: Ticket | None
    ) -> list[BuildReport]:
        """Reads a source, and builds each of its books that the ticket has not finished.

        Raises: as `Textbooks.read`, when nothing was written, and as `build`.
        """

    @abstractmethod
    async def build(
        self, book: PreparedBook, site: Site, *, ticket: Ticket | None = None, last: bool = True
    ) -> BuildReport:
        """One book, whole, again when another import of it was quicker. Nothing of it serves before the end.

        `last`: of its source. Without embedder weights the book serves by its words, and the report warns.

        Raises:
            OvertakenError: more often than it is worth trying. What `BookShelf.begin` raises: nothing was written.
        """

    @abstractmethod
    async def refill(
        self, vectors: VectorShelf, embedder: Embedder, *, on_progress: Progress, ticket: Ticket | None
    ) -> int:
        """Gives every passage of the library its vector of this embedder; returns how many it made.

        Raises:
            EngineUnavailableError: the weights are not installed.
        """
