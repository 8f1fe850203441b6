"""The library's shelf: what may come in, and how an edition takes the place of another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from typing_extensions import override

from modules.book_building.interface import Begun, BookShelf, BuildReport, OvertakenError, Placed, PreparedBook
from modules.integrations.interface import Embedder
from modules.kernel.interface import Transaction
from modules.rag.domain.terms import is_named, refuse_other_licence, refuse_poor
from modules.rag.interface import EditionState, IndexMismatchError
from modules.rag.models import DIMENSION
from modules.rag.repository import IndexState, Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(BookShelf):
    """Takes one book in, on what terms the operator allows."""

    sql: Repositories
    embedder: Embedder
    allow_licences: Sequence[str]
    accept_quality: bool

    @override
    async def begin(
        self, book: PreparedBook, items: Sequence[Placed], builder: UUID | None, *, tx: Transaction
    ) -> Begun:
        meta = book.meta
        if not self.accept_quality:
            refuse_poor(meta, book.quality)
        book_id = await self.sql.editions.lock(meta.slug, tx=tx)
        await self._claim_index(tx)
        for edition in await self.sql.library.editions(meta.slug, tx=tx):
            if edition.state is EditionState.SERVING:
                refuse_other_licence(meta, edition, self.allow_licences)
        terms = {
            "license_allowed_by_name": is_named(meta.license, self.allow_licences),
            "quality": asdict(book.quality),
            "quality_accepted": not book.quality.passed,
            "builder": builder,
        }
        edition_id = await self.sql.editions.begin(book_id, meta, terms, tx=tx)
        standing = await self.sql.editions.place(book_id, edition_id, items, tx=tx)
        return Begun(book_id=book_id, edition_id=edition_id, slug=meta.slug, standing=frozenset(standing))

    @override
    async def claim(self, begun: Begun, *, tx: Transaction) -> None:
        await self.sql.editions.lock(begun.slug, tx=tx)
        if not await self.sql.editions.is_building(begun.edition_id, tx=tx):
            raise OvertakenError(begun.slug)

    @override
    async def store(self, book_id: int, edition_id: int, item: Placed, *, tx: Transaction) -> None:
        await self.sql.editions.store(book_id, edition_id, item, tx=tx)

    @override
    async def switch(self, begun: Begun, *, sections: int, warnings: tuple[str, ...], tx: Transaction) -> BuildReport:
        await self._claim_index(tx)
        places, unchanged = await self.sql.editions.count(begun.edition_id, tx=tx)
        if places != sections:
            raise OvertakenError(begun.slug)
        changed = await self.sql.editions.switch(begun.book_id, begun.edition_id, tx=tx)
        await self.sql.vectors.recount(changed=changed, tx=tx)
        (book,) = await self.sql.library.books(slug=begun.slug, tx=tx)
        return BuildReport(
            slug=book.slug,
            title=book.title,
            revision=book.edition,
            sections=sections,
            imported=sections - unchanged,
            unchanged=unchanged,
            passages=book.passages,
            embedded=book.embedded,
            warnings=warnings,
        )

    async def _claim_index(self, tx: Transaction) -> None:
        refuse_other_dimension(self.embedder)
        state = await self.sql.vectors.claim_index(self.embedder.model_id, self.embedder.dimension, tx=tx)
        refuse_other_embedder(state, self.embedder)


def refuse_other_dimension(embedder: Embedder) -> None:
    """Raises IndexMismatchError for vectors that the table cannot hold."""
    if embedder.dimension != DIMENSION:
        raise IndexMismatchError(
            f"{embedder.model_id} makes vectors of {embedder.dimension} dimensions and the index holds {DIMENSION};"
            " another dimension needs a migration of the index first"
        )


def refuse_other_embedder(state: IndexState | None, embedder: Embedder) -> None:
    """Raises IndexMismatchError when vectors of another embedder serve."""
    if state is None or not state.has_vectors:
        return
    if (state.embedder, state.dimension) != (embedder.model_id, embedder.dimension):
        raise IndexMismatchError(
            f"the index was built with {state.embedder} ({state.dimension} dimensions), the embedder is now"
            f" {embedder.model_id} ({embedder.dimension}); set the embedder back, or run `vividly library reembed`"
        )
