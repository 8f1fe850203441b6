"""Everything that changes the library: whole sources in, editions back and out, vectors anew."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database, Transaction
from modules.rag.interface import (
    ImportOvertakenError,
    IngestReport,
    Ticket,
    UnknownBookError,
    UnknownEditionError,
)
from modules.rag.pipeline.book_import import EMBEDDING, BookImport, Options, PreparedBook
from modules.rag.pipeline.vectors import VectorWriter, refuse_other_dimension
from modules.rag.repository import EditionRepository, LibraryRepository, VectorRepository
from modules.textbooks.interface import BookDocument, Textbooks

_TRIES: Final = 5
"""Two processes that start at once both import the starter library; one of them is overtaken, once."""
_Result = TypeVar("_Result")


class Intake:
    """Writes the library."""

    def __init__(
        self,
        *,
        database: Database,
        embedder: Embedder,
        textbooks: Textbooks,
        chunking: Chunking,
        library: LibraryRepository,
        editions: EditionRepository,
        vectors: VectorRepository,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._textbooks = textbooks
        self._chunking = chunking
        self._library = library
        self._editions = editions
        self._vectors = vectors
        self._writer = VectorWriter(database=database, embedder=embedder, vectors=vectors)

    async def ingest(self, path: Path, options: Options, ticket: Ticket | None) -> list[IngestReport]:
        """As `Rag.ingest`."""
        loop = asyncio.get_running_loop()

        def on_section(done: int, total: int) -> None:
            loop.call_soon_threadsafe(options.on_progress, "read", done, total)

        books = await asyncio.to_thread(
            self._textbooks.read, path, allow_licences=options.allow_licences, on_section=on_section
        )
        due = [book for book in books if ticket is None or book.meta.slug not in ticket.finished]
        reports = []
        for at, book in enumerate(due, start=1):
            prepared = await asyncio.to_thread(self._prepared, book)
            reports.append(await self.take(prepared, options, ticket=ticket, last=at == len(due)))
        return reports

    async def take(
        self,
        book: PreparedBook,
        options: Options,
        *,
        ticket: Ticket | None = None,
        last: bool = True,
        embedder: Embedder | None = None,
    ) -> IngestReport:
        """One book, again when another import of it was quicker; `embedder` instead of the library's own."""
        writer = self._writer
        if embedder:
            writer = VectorWriter(database=self._database, embedder=embedder, vectors=self._vectors)
        importer = BookImport(
            database=self._database,
            library=self._library,
            editions=self._editions,
            vectors=writer,
            options=options,
            ticket=ticket,
        )
        return await _again(lambda: importer.run(book, last=last))

    async def reembed(self, on_progress: Callable[[str, int, int], None], ticket: Ticket | None) -> int:
        """As `Rag.reembed`."""
        refuse_other_dimension(self._embedder)
        name, made = self._embedder.model_id, 0

        async def hold(tx: Transaction) -> None:
            if ticket:
                await ticket.hold(tx=tx)

        def told(done: int, total: int) -> None:
            nonlocal made
            made = done
            on_progress(EMBEDDING, done, total)

        await self._writer.fill(edition_id=None, hold=hold, on_progress=told)
        async with self._database.transaction() as tx:
            await hold(tx)
            await self._vectors.change_embedder(name, self._embedder.dimension, tx=tx)
            if ticket:
                await ticket.switched(None, last=True, tx=tx)
        return made

    async def switch_back(self, slug: str, revision: str) -> None:
        """As `Rag.switch_back`."""
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            changed = await self._editions.switch(book_id, edition_id, tx=tx)
            await self._writer.recount(changed=changed, tx=tx)

    async def retire(self, slug: str, revision: str) -> None:
        """As `Rag.retire`."""
        async with self._database.transaction() as tx:
            book_id, edition_id = await self._find(slug, revision, tx)
            changed = await self._editions.delete(book_id, edition_id if revision else None, tx=tx)
            await self._writer.recount(changed=changed or not revision, tx=tx)

    async def discard(self, builder: UUID, *, tx: Transaction) -> None:
        """As `Rag.discard`."""
        for edition_id, slug in (await self._editions.built_by(builder, tx=tx)).items():
            book_id = await self._editions.lock(slug, tx=tx)
            if await self._editions.is_building(edition_id, tx=tx):
                await self._editions.delete(book_id, edition_id, tx=tx)

    async def _find(self, slug: str, revision: str, tx: Transaction) -> tuple[int, int]:
        """The ids of a book and of one of its editions; 0 for that of none."""
        editions = await self._library.editions(slug, tx=tx)
        if not editions:
            raise UnknownBookError(f"the library has no book {slug!r}; `vividly library list` names them")
        book_id = await self._editions.lock(slug, tx=tx)
        edition_id = await self._editions.edition_id(book_id, revision, tx=tx)
        if revision and edition_id is None:
            known = ", ".join(edition.revision for edition in editions)
            raise UnknownEditionError(f"{slug} has no edition {revision!r}; it has {known}")
        return book_id, edition_id or 0

    def _prepared(self, book: BookDocument) -> PreparedBook:
        cuts = tuple(self._chunking.prepare(section) for section in book.sections)
        quality = self._chunking.quality(cuts)
        return PreparedBook(meta=book.meta, sections=cuts, quality=quality, warnings=book.warnings)


async def _again(work: Callable[[], Awaitable[_Result]]) -> _Result:
    for _ in range(_TRIES - 1):
        try:
            return await work()
        except ImportOvertakenError:
            continue
    return await work()
