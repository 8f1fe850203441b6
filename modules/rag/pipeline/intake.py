"""Everything that changes the library: books in, editions back and out, vectors anew."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from modules.building.interface import READING, Building, BuildReport, PreparedBook, Progress, Ticket
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database, Transaction
from modules.rag.interface import IngestReport, UnknownBookError, UnknownEditionError
from modules.rag.pipeline.shelf import Shelf, refuse_other_dimension
from modules.rag.repository import EditionRepository, LibraryRepository, VectorRepository
from modules.textbooks.interface import BookDocument, Textbooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator wants, and who is told."""

    allow_licences: Sequence[str]
    accept_quality: bool
    on_progress: Progress


class Intake:
    """Writes the library."""

    def __init__(
        self,
        *,
        database: Database,
        embedder: Embedder,
        textbooks: Textbooks,
        chunking: Chunking,
        building: Building,
        library: LibraryRepository,
        editions: EditionRepository,
        vectors: VectorRepository,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._textbooks = textbooks
        self._chunking = chunking
        self._building = building
        self._library = library
        self._editions = editions
        self._vectors = vectors

    async def ingest(self, path: Path, options: Options, ticket: Ticket | None) -> list[IngestReport]:
        """As `Rag.ingest`."""
        loop = asyncio.get_running_loop()

        def on_section(done: int, total: int) -> None:
            loop.call_soon_threadsafe(options.on_progress, READING, done, total)

        books = await asyncio.to_thread(
            self._textbooks.read, path, allow_licences=options.allow_licences, on_section=on_section
        )
        due = [book for book in books if ticket is None or book.meta.slug not in ticket.finished]
        reports = []
        for at, book in enumerate(due, start=1):
            prepared = await asyncio.to_thread(self._prepared, book)
            reports.append(await self.build(prepared, options, ticket=ticket, last=at == len(due)))
        return reports

    async def reembed(self, on_progress: Progress, ticket: Ticket | None) -> int:
        """As `Rag.reembed`."""
        refuse_other_dimension(self._embedder)
        name, dimension = self._embedder.model_id, self._embedder.dimension

        async def hold(tx: Transaction) -> None:
            if ticket:
                await ticket.hold(tx=tx)

        made = await self._building.fill(
            vectors=self._vectors, embedder=self._embedder, edition_id=None, hold=hold, on_progress=on_progress
        )
        async with self._database.transaction() as tx:
            await hold(tx)
            await self._vectors.change_embedder(name, dimension, tx=tx)
            if ticket:
                await ticket.switched(None, last=True, tx=tx)
        return made

    async def switch_back(self, slug: str, revision: str) -> None:
        """As `Rag.switch_back`."""
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            await self._vectors.recount(changed=await self._editions.switch(book_id, edition_id, tx=tx), tx=tx)

    async def retire(self, slug: str, revision: str) -> None:
        """As `Rag.retire`."""
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            changed = await self._editions.delete(book_id, edition_id if revision else None, tx=tx)
            await self._vectors.recount(changed=changed, tx=tx)

    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        """As `Rag.discard`."""
        for edition_id, slug in (await self._editions.built_by(builder, tx=tx)).items():
            book_id = await self._editions.lock(slug, tx=tx)
            if await self._editions.is_building(edition_id, tx=tx):
                await self._editions.delete(book_id, edition_id, tx=tx)

    async def build(
        self,
        book: PreparedBook,
        options: Options,
        embedder: Embedder | None = None,
        *,
        ticket: Ticket | None = None,
        last: bool = True,
    ) -> IngestReport:
        """As `Rag.take`."""
        embedder = embedder or self._embedder
        shelf = Shelf(
            allow_licences=options.allow_licences,
            accept_quality=options.accept_quality,
            embedder=embedder,
            editions=self._editions,
            library=self._library,
            vectors=self._vectors,
        )
        report = await self._building.build(
            book,
            shelf=shelf,
            vectors=self._vectors,
            embedder=embedder,
            on_progress=options.on_progress,
            ticket=ticket,
            last=last,
        )
        return await self._reported(report)

    async def _reported(self, report: BuildReport) -> IngestReport:
        async with self._database.transaction() as tx:
            (book,) = await self._library.books(slug=report.slug, tx=tx)
        return IngestReport(
            book=book,
            sections=report.sections,
            imported=report.imported,
            unchanged=report.unchanged,
            passages=report.passages,
            embedded=report.embedded,
            warnings=report.warnings,
        )

    async def _find(self, slug: str, revision: str, tx: Transaction) -> tuple[int, int]:
        """The ids of a book and of one of its editions; 0 for that of none."""
        editions = await self._library.editions(slug, tx=tx)
        if not editions:
            raise UnknownBookError(slug)
        book_id = await self._editions.lock(slug, tx=tx)
        edition_id = await self._editions.edition_id(book_id, revision, tx=tx)
        if revision and edition_id is None:
            known = ", ".join(edition.revision for edition in editions)
            raise UnknownEditionError(f"{slug} has no edition {revision!r}; it has {known}")
        return book_id, edition_id or 0

    def _prepared(self, book: BookDocument) -> PreparedBook:
        cuts = tuple(self._chunking.prepare(section) for section in book.sections)
        return PreparedBook(
            meta=book.meta, sections=cuts, quality=self._chunking.quality(cuts), warnings=tuple(book.warnings)
        )
