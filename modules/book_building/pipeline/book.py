"""One book: the gate, its sections one by one, the vectors that lack, and the switch that lets it serve."""

from collections.abc import Sequence
from uuid import UUID

from modules.book_building.domain.terms import is_named, refuse_other_licence, refuse_poor
from modules.book_building.interface import (
    STORING,
    SWITCHING,
    Admission,
    Begun,
    BuildReport,
    OvertakenError,
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
        builder = self._ticket.id if self._ticket else None
        async with self._database.transaction() as tx:
            await self._hold(tx)
            begun = await self._begin(book, items, builder, tx)
        await self._store(begun, items)
        warnings = (*book.warnings, *await self._embed(begun))
        self._told(SWITCHING, 0, 1)
        async with self._database.transaction() as tx:
            await self._hold(tx)
            report = await self._switch(book, items, builder, warnings, tx)
            if self._ticket:
                await self._ticket.switched(report, last=last, tx=tx)
        self._told(SWITCHING, 1, 1)
        return report

    async def _begin(self, book: PreparedBook, items: Sequence[Placed], builder: UUID | None, tx: Transaction) -> Begun:
        """Opens the gate or raises; begins the edition or goes on with it; what stands is put into its place."""
        meta, allowed = book.meta, self._site.allow_licences
        if not self._site.accept_quality:
            refuse_poor(meta, book.quality)
        book_id = await self._shelf.lock(meta.slug, tx=tx)
        await self._site.vectors.claim(self._site.embedder, tx=tx)
        if serving := await self._shelf.serving(book_id, tx=tx):
            refuse_other_licence(meta, revision=serving[0], licence=serving[1], allowed=allowed)
        admission = Admission(
            license_allowed_by_name=is_named(meta.license, allowed),
            quality=book.quality,
            quality_accepted=not book.quality.passed,
            builder=builder,
        )
        edition_id = await self._shelf.begin(book_id, meta, admission, tx=tx)
        standing = await self._shelf.place(book_id, edition_id, items, tx=tx)
        return Begun(book_id=book_id, edition_id=edition_id, slug=meta.slug, standing=frozenset(standing))

    async def _switch(
        self,
        book: PreparedBook,
        items: Sequence[Placed],
        builder: UUID | None,
        warnings: tuple[str, ...],
        tx: Transaction,
    ) -> BuildReport:
        """Lets the book serve, exactly as given, whatever another import did meanwhile; the gate is asked again."""
        begun = await self._begin(book, items, builder, tx)
        if len(begun.standing) != len(items):
            raise OvertakenError(begun.slug)
        vectors, name = self._site.vectors, self._site.embedder.model_id
        unchanged = await self._shelf.shared(begun.edition_id, tx=tx)
        lacking = await vectors.lacking(name, edition_id=begun.edition_id, tx=tx)
        await vectors.recount(changed=await self._shelf.switch(begun.book_id, begun.edition_id, tx=tx), tx=tx)
        passages = sum(len(cut.drafts) for cut in book.sections)
        return BuildReport(
            slug=begun.slug,
            title=book.meta.title,
            revision=book.meta.edition,
            sections=len(items),
            imported=len(items) - unchanged,
            unchanged=unchanged,
            passages=passages,
            embedded=passages - lacking,
            warnings=warnings,
        )

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
        await self._shelf.lock(begun.slug, tx=tx)
        if not await self._shelf.is_building(begun.edition_id, tx=tx):
            raise OvertakenError(begun.slug)

    async def _hold(self, tx: Transaction) -> None:
        if self._ticket:
            await self._ticket.hold(tx=tx)
