"""Builds books."""

import asyncio
from pathlib import Path
from typing import Final

from typing_extensions import override

from modules.book_building.domain.language import with_language
from modules.book_building.interface import (
    READING,
    BookBuilding,
    BuildReport,
    OvertakenError,
    PreparedBook,
    Progress,
    Site,
    Ticket,
    VectorShelf,
)
from modules.book_building.pipeline.book import BookBuild
from modules.book_building.pipeline.vectors import VectorFill
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database, Transaction
from modules.textbooks.interface import BookDocument, Textbooks

_TRIES: Final = 5
"""Two processes that start at once both import the starter library; one of them is overtaken, once."""


class BookBuildingService(BookBuilding):
    """In short transactions, each of which leaves something that stands."""

    def __init__(self, *, database: Database, textbooks: Textbooks, chunking: Chunking) -> None:
        self._database = database
        self._textbooks = textbooks
        self._chunking = chunking

    @override
    async def ingest(self, path: Path, site: Site, *, ticket: Ticket | None) -> list[BuildReport]:
        loop = asyncio.get_running_loop()

        def on_section(done: int, total: int) -> None:
            loop.call_soon_threadsafe(site.on_progress, READING, done, total)

        books = await asyncio.to_thread(
            self._textbooks.read, path, allow_licences=site.allow_licences, on_section=on_section
        )
        due = [book for book in books if ticket is None or book.meta.slug not in ticket.finished]
        reports = []
        for at, book in enumerate(due, start=1):
            prepared = await asyncio.to_thread(self._prepared, book)
            reports.append(await self.build(prepared, site, ticket=ticket, last=at == len(due)))
        return reports

    @override
    async def build(
        self, book: PreparedBook, site: Site, *, ticket: Ticket | None = None, last: bool = True
    ) -> BuildReport:
        noted = with_language(book)
        build = BookBuild(
            database=self._database,
            site=site,
            fill=VectorFill(database=self._database, embedder=site.embedder, vectors=site.vectors),
            ticket=ticket,
        )
        for _ in range(_TRIES - 1):
            try:
                return await build.run(noted, last=last)
            except OvertakenError:
                continue
        return await build.run(noted, last=last)

    @override
    async def refill(
        self, vectors: VectorShelf, embedder: Embedder, *, on_progress: Progress, ticket: Ticket | None
    ) -> int:
        async def hold(tx: Transaction) -> None:
            if ticket:
                await ticket.hold(tx=tx)

        fill = VectorFill(database=self._database, embedder=embedder, vectors=vectors)
        return await fill.run(edition_id=None, hold=hold, on_progress=on_progress)

    def _prepared(self, book: BookDocument) -> PreparedBook:
        cuts = tuple(self._chunking.prepare(section) for section in book.sections)
        return PreparedBook(
            meta=book.meta, sections=cuts, quality=self._chunking.quality(cuts), warnings=tuple(book.warnings)
        )
