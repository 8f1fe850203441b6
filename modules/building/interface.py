"""building: takes a book onto a shelf step by step, so that it can be cut off anywhere and gone on with.

Depends on: kernel, chunking, integrations, textbooks. Owns: no tables; the shelf is a port, and rag fills it.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from modules.chunking.interface import CutSection, QualityReport
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


class BuildingError(VividlyError):
    """A book cannot be built."""

    code = "building.error"


class OvertakenError(BuildingError):
    """Another import of the same book was quicker; run again, it finds what stands."""

    code = "building.overtaken"
    retryable = True

    def __init__(self, slug: str) -> None:
        super().__init__(f"another import of {slug} was quicker; import it again")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBook:
    """A book cut and judged, not yet stored."""

    meta: BookMeta
    sections: tuple[CutSection, ...]
    quality: QualityReport
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBook:
    """A built book, ready to leave for another library.

    Attributes:
        embedder, dimension: of its vectors.
        vectors: one after the other for every passage in order, little-endian float16; empty when some are missing.
    """

    meta: BookMeta
    sections: tuple[CutSection, ...]
    embedder: str
    dimension: int
    vectors: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A section with its topic and its place in the book, from 0."""

    topic_id: str
    position: int
    cut: CutSection


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An edition in the making. `standing`: topics whose sections are stored."""

    book_id: int
    edition_id: int
    slug: str
    standing: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """A book that serves now. `unchanged`: sections that the edition before held with the same content."""

    slug: str
    title: str
    revision: str
    sections: int
    imported: int
    unchanged: int
    passages: int
    embedded: int
    warnings: tuple[str, ...] = ()


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


class Building(Protocol):
    """Builds books; no transaction is open while vectors are computed."""

    @abstractmethod
    async def build(
        self,
        book: PreparedBook,
        *,
        shelf: BookShelf,
        vectors: VectorShelf,
        embedder: Embedder,
        on_progress: Progress,
        ticket: Ticket | None = None,
        last: bool = True,
    ) -> BuildReport:
        """One book, whole, again when another import of it was quicker. Nothing of it serves before the end.

        Without embedder weights the book serves by its words, and the report warns.

        Raises:
            OvertakenError: more often than it is worth trying. What `shelf.begin` raises: nothing was written.
        """

    @abstractmethod
    async def fill(
        self,
        *,
        vectors: VectorShelf,
        embedder: Embedder,
        edition_id: int | None,
        hold: Hold,
        on_progress: Progress,
    ) -> int:
        """Gives every passage of an edition, or of the library, its vector; returns how many it made.

        Raises:
            EngineUnavailableError: the weights are not installed.
        """
