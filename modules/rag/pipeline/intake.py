"""The half of the library that changes it: books in, editions back and out, vectors anew."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from uuid import UUID

from typing_extensions import override

from modules.book_building.interface import BookBuilding, BuildReport, PreparedBook, Progress, Site, Ticket
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database, Transaction
from modules.rag.domain.index import refuse_other_dimension
from modules.rag.interface import IngestReport, Rag, UnknownBookError, UnknownEditionError
from modules.rag.repository import Repositories


class Intake(Rag):
    """Writes the library."""

    def __init__(self, *, database: Database, embedder: Embedder, building: BookBuilding, sql: Repositories) -> None:
        self._database = database
        self._embedder = embedder
        self._building = building
        self._sql = sql

    @override
    async def ingest(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
        ticket: Ticket | None = None,
    ) -> list[IngestReport]:
        site = self._site(allow_licences, accept_quality, on_progress, self._embedder)
        reports = await self._building.ingest(path, site, ticket=ticket)
        return [await self._reported(report) for report in reports]

    @override
    async def take(
        self,
        book: PreparedBook,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
        embedder: Embedder | None = None,
    ) -> IngestReport:
        site = self._site(allow_licences, accept_quality, on_progress, embedder or self._embedder)
        return await self._reported(await self._building.build(book, site))

    @override
    async def reembed(self, *, on_progress: Progress | None = None, ticket: Ticket | None = None) -> int:
        refuse_other_dimension(self._embedder)
        made = await self._building.refill(
            self._sql.vectors, self._embedder, on_progress=on_progress or _unheard, ticket=ticket
        )
        async with self._database.transaction() as tx:
            if ticket:
                await ticket.hold(tx=tx)
            await self._sql.vectors.change_embedder(self._embedder.model_id, self._embedder.dimension, tx=tx)
            if ticket:
                await ticket.switched(None, last=True, tx=tx)
        return made

    @override
    async def switch_back(self, slug: str, revision: str) -> None:
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            if edition_id is None:
                raise UnknownEditionError("name the edition that is to serve")
            await self._sql.vectors.recount(changed=await self._sql.editions.switch(book_id, edition_id, tx=tx), tx=tx)

    @override
    async def retire(self, slug: str, revision: str = "") -> None:
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            await self._sql.vectors.recount(changed=await self._sql.editions.delete(book_id, edition_id, tx=tx), tx=tx)

    @override
    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        for edition_id, slug in (await self._sql.editions.built_by(builder, tx=tx)).items():
            book_id = await self._sql.editions.lock(slug, tx=tx)
            if await self._sql.editions.is_building(edition_id, tx=tx):
                await self._sql.editions.delete(book_id, edition_id, tx=tx)

    def _site(
        self, allow_licences: Sequence[str], accept_quality: bool, on_progress: Progress | None, embedder: Embedder
    ) -> Site:
        return Site(
            shelf=self._sql.editions,
            vectors=self._sql.vectors,
            embedder=embedder,
            on_progress=on_progress or _unheard,
            allow_licences=allow_licences,
            accept_quality=accept_quality,
        )

    async def _reported(self, report: BuildReport) -> IngestReport:
        async with self._database.transaction() as tx:
            (book,) = await self._sql.library.books(slug=report.slug, tx=tx)
        names = (field.name for field in fields(IngestReport) if field.name != "book")
        return IngestReport(book=book, **{name: getattr(report, name) for name in names})

    async def _find(self, slug: str, revision: str, tx: Transaction) -> tuple[int, int | None]:
        """The ids of a book and of one of its editions, if one is named."""
        editions = await self._sql.library.editions(slug, tx=tx)
        if not editions:
            raise UnknownBookError(slug)
        book_id = await self._sql.editions.lock(slug, tx=tx)
        edition_id = await self._sql.editions.edition_id(book_id, revision, tx=tx)
        if revision and edition_id is None:
            known = ", ".join(edition.revision for edition in editions)
            raise UnknownEditionError(f"{slug} has no edition {revision!r}; it has {known}")
        return book_id, edition_id


def _unheard(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody asked for."""
