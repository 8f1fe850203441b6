"""Takes a book in: gates, sections one by one, the vectors that lack, and the switch that lets it serve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from modules.chunking.interface import CutSection, QualityReport
from modules.integrations.interface import EngineUnavailableError
from modules.kernel.interface import Database, Transaction
from modules.rag.domain.terms import is_named, refuse_other_licence, refuse_poor
from modules.rag.interface import ImportOvertakenError, IngestReport, Ticket
from modules.rag.pipeline.vectors import VectorWriter
from modules.rag.repository import EditionRepository, LibraryRepository, Placed, Terms
from modules.textbooks.interface import BookMeta

BUILDING: Final = "storing sections"
EMBEDDING: Final = "computing vectors"
SWITCHING: Final = "switching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator wants, and who is told `(stage, done, total)`."""

    allow_licences: Sequence[str]
    accept_quality: bool
    on_progress: Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBook:
    """A book cut and judged, not yet stored."""

    meta: BookMeta
    sections: tuple[CutSection, ...]
    quality: QualityReport
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Building:
    book_id: int
    edition_id: int
    slug: str


class BookImport:
    """Takes books in. What stands is left as it is, so that a run can be cut off anywhere and run again."""

    def __init__(
        self,
        *,
        database: Database,
        library: LibraryRepository,
        editions: EditionRepository,
        vectors: VectorWriter,
        options: Options,
        ticket: Ticket | None,
    ) -> None:
        self._database = database
        self._library = library
        self._editions = editions
        self._vectors = vectors
        self._options = options
        self._ticket = ticket

    async def run(self, book: PreparedBook, *, last: bool) -> IngestReport:
        """One book, whole; `last`: of its source. Nothing of it is seen before the end.

        Raises:
            IndexMismatchError, LicenceChangedError, QualityRefusedError: nothing of it was written.
            ImportOvertakenError: another import of the same book was quicker.
        """
        if not self._options.accept_quality:
            refuse_poor(book.meta, book.quality)
        slug = book.meta.slug
        items = [
            Placed(topic_id=f"{slug}/{cut.section.key}", position=position, cut=cut)
            for position, cut in enumerate(book.sections)
        ]
        building, standing = await self._begin(book, items)
        await self._store(building, [item for item in items if item.topic_id not in standing], len(items))
        warnings = [*book.warnings, *await self._embed(building)]
        self._options.on_progress(SWITCHING, 0, 1)
        async with self._database.transaction() as tx:
            report = await self._switch(building, len(items), tx)
            report = replace(report, warnings=tuple(warnings))
            if self._ticket:
                await self._ticket.switched(report, last=last, tx=tx)
        self._options.on_progress(SWITCHING, 1, 1)
        return report

    async def _begin(self, book: PreparedBook, items: Sequence[Placed]) -> tuple[_Building, set[str]]:
        meta, options = book.meta, self._options
        async with self._database.transaction() as tx:
            await self._hold(tx)
            book_id = await self._editions.lock(meta.slug, tx=tx)
            await self._vectors.claim_index(tx=tx)
            serving = await self._editions.serving(book_id, tx=tx)
            if serving:
                refuse_other_licence(meta, revision=serving[0], licence=serving[1], allowed=options.allow_licences)
            terms = Terms(
                allowed_by_name=is_named(meta.license, options.allow_licences),
                quality=book.quality,
                accepted=not book.quality.passed,
                builder=self._ticket.id if self._ticket else None,
            )
            edition_id = await self._editions.begin(book_id, meta, terms, tx=tx)
            standing = await self._editions.place(book_id, edition_id, items, tx=tx)
        return _Building(book_id=book_id, edition_id=edition_id, slug=meta.slug), standing

    async def _store(self, building: _Building, lacking: Sequence[Placed], total: int) -> None:
        self._options.on_progress(BUILDING, total - len(lacking), total)
        for done, item in enumerate(lacking, start=total - len(lacking) + 1):
            async with self._database.transaction() as tx:
                await self._claim(building, tx)
                await self._editions.store(building.book_id, building.edition_id, item, tx=tx)
            self._options.on_progress(BUILDING, done, total)

    async def _embed(self, building: _Building) -> list[str]:
        """Gives every passage a vector; returns what the operator should know."""
        async with self._database.transaction() as tx:
            await self._claim(building, tx)
            await self._vectors.copy(building.book_id, building.edition_id, tx=tx)
        told = self._options.on_progress
        try:
            await self._vectors.fill(
                edition_id=building.edition_id,
                hold=self._hold,
                on_progress=lambda done, total: told(EMBEDDING, done, total),
            )
        except EngineUnavailableError as error:
            return [f"some passages have no vector, search is by words alone: {error}"]
        return []

    async def _switch(self, building: _Building, sections: int, tx: Transaction) -> IngestReport:
        await self._claim(building, tx)
        await self._vectors.claim_index(tx=tx)
        places, unchanged = await self._editions.count(building.edition_id, tx=tx)
        if places != sections:
            raise ImportOvertakenError(building.slug)
        changed = await self._editions.switch(building.book_id, building.edition_id, tx=tx)
        await self._vectors.recount(changed=changed, tx=tx)
        (book,) = await self._library.books(slug=building.slug, tx=tx)
        return IngestReport(
            book=book,
            sections=sections,
            imported=sections - unchanged,
            unchanged=unchanged,
            passages=book.passages,
            embedded=book.embedded,
        )

    async def _claim(self, building: _Building, tx: Transaction) -> None:
        """Holds the job and the book, and makes sure that the edition is still in the making."""
        await self._hold(tx)
        await self._editions.lock(building.slug, tx=tx)
        if not await self._editions.is_building(building.edition_id, tx=tx):
            raise ImportOvertakenError(building.slug)

    async def _hold(self, tx: Transaction) -> None:
        if self._ticket:
            await self._ticket.hold(tx=tx)
