"""One book: the gate, its sections one by one, the vectors that lack, and the switch that lets it serve."""

from collections.abc import Sequence

from modules.book_building.interface import (
    STORING,
    SWITCHING,
    Begun,
    BuildReport,
    Placed,
    PreparedBook,
    Site,
    Ticket,
)
from modules.book_building.pipeline.vectors import VectorFill
from modules.integrations.interface import EngineUnavailableError
from modules.kernel.interface import Database, Transaction


class BookBuild:
    """Builds one book. What stands is left as it is."""

    def __init__(
        self,
        *,
        database: Database,
        site: Site,
        fill: VectorFill,
        ticket: Ticket | None,
    ) -> None:
        self._database = database
        self._site = site
        self._shelf = site.shelf
        self._told = site.on_progress
        self._fill = fill
        self._ticket = ticket

    async def run(self, book: PreparedBook, *, last: bool) -> BuildReport:
        """The book, whole; `last`: of its source."""
        items = [
            Placed(topic_id=f"{book.meta.slug}/{cut.section.key}", position=position, cut=cut)
            for position, cut in enumerate(book.sections)
        ]
        async with self._database.transaction() as tx:
            await self._hold(tx)
            begun = await self._shelf.begin(book, items, self._ticket.id if self._ticket else None, tx=tx)
        await self._store(begun, items)
        warnings = (*book.warnings, *await self._embed(begun))
        self._told(SWITCHING, 0, 1)
        async with self._database.transaction() as tx:
            await self._claim(begun, tx)
            report = await self._shelf.switch(begun, sections=len(items), warnings=warnings, tx=tx)
            if self._ticket:
                await self._ticket.switched(report, last=last, tx=tx)
        self._told(SWITCHING, 1, 1)
        return report

    async def _store(self, begun: Begun, items: Sequence[Placed]) -> None:
        lacking = [item for item in items if item.topic_id not in begun.standing]
        done = len(items) - len(lacking)
        self._told(STORING, done, len(items))
        for more, item in enumerate(lacking, start=1):
            async with self._database.transaction() as tx:
                await self._claim(begun, tx)
                await self._shelf.store(begun.book_id, begun.edition_id, item, tx=tx)
            self._told(STORING, done + more, len(items))

    async def _embed(self, begun: Begun) -> list[str]:
        """Gives every passage a vector; returns what the operator should know."""
        async with self._database.transaction() as tx:
            await self._claim(begun, tx)
            await self._site.vectors.copy(begun.book_id, begun.edition_id, self._site.embedder.model_id, tx=tx)
        try:
            await self._fill.run(edition_id=begun.edition_id, hold=self._hold, on_progress=self._told)
        except EngineUnavailableError as error:
            return [f"some passages have no vector, search is by words alone: {error}"]
        return []

    async def _claim(self, begun: Begun, tx: Transaction) -> None:
        await self._hold(tx)
        await self._shelf.claim(begun, tx=tx)

    async def _hold(self, tx: Transaction) -> None:
        if self._ticket:
            await self._ticket.hold(tx=tx)
