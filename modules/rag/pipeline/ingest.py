"""Stores a book that was read: sections one by one, then the vectors that are missing, in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder, EngineUnavailableError
from modules.kernel.interface import Database, Transaction
from modules.rag.interface import IndexMismatchError, IngestReport
from modules.rag.repository import IndexState, LibraryRepository
from modules.textbooks.interface import BookDocument, Section

_BATCH: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    topic_id: str
    position: int
    section: Section
    content_hash: str


class BookImport:
    """Imports books; everything that stands is left as it is, so that a run can be cut off and run again."""

    def __init__(
        self,
        *,
        database: Database,
        repository: LibraryRepository,
        embedder: Embedder,
        chunking: Chunking,
        on_progress: Callable[[str, int, int], None],
    ) -> None:
        self._database = database
        self._repository = repository
        self._embedder = embedder
        self._chunking = chunking
        self._on_progress = on_progress

    async def run(self, book: BookDocument) -> IngestReport:
        """One book, whole. Raises IndexMismatchError before it writes anything."""
        await self._claim_index()
        slug = book.meta.slug
        prepared = list(self._prepared(book))
        async with self._database.transaction() as tx:
            stored = await self._repository.hashes(slug, tx=tx)
        changed = [item for item in prepared if stored.get(item.topic_id) != item.content_hash]
        for done, item in enumerate(changed[:-1], start=1):
            async with self._database.transaction() as tx:
                await self._store(book, item, tx=tx)
            self._on_progress("storing sections", done, len(changed))
        # The last section comes with the counts: a book that has all its topics can be searched.
        async with self._database.transaction() as tx:
            for item in changed[-1:]:
                await self._store(book, item, tx=tx)
            await self._close(book, [item.topic_id for item in prepared], recount=bool(changed), tx=tx)
        self._on_progress("storing sections", len(changed), len(changed))
        warnings = [*book.warnings, *await self._embed(slug)]
        async with self._database.transaction() as tx:
            (saved,) = await self._repository.books(slug=slug, tx=tx)
        return IngestReport(
            book=saved,
            sections=len(prepared),
            imported=len(changed),
            unchanged=len(prepared) - len(changed),
            passages=saved.passages,
            embedded=saved.embedded,
            warnings=tuple(warnings),
        )

    def _prepared(self, book: BookDocument) -> Iterator[_Prepared]:
        for position, section in enumerate(book.sections):
            yield _Prepared(
                topic_id=f"{book.meta.slug}/{section.key}",
                position=position,
                section=section,
                content_hash=self._chunking.content_hash(section, position),
            )

    async def _claim_index(self) -> None:
        async with self._database.transaction() as tx:
            state = await self._repository.claim_index(self._embedder.model_id, self._embedder.dimension, tx=tx)
        refuse_other_embedder(state, self._embedder)

    async def _store(self, book: BookDocument, item: _Prepared, *, tx: Transaction) -> None:
        book_id = await self._repository.save_book(book.meta, tx=tx)
        await self._repository.save_section(
            item.section,
            self._chunking.cut(item.section),
            book_id=book_id,
            topic_id=item.topic_id,
            position=item.position,
            words=self._chunking.word_count(item.section),
            content_hash=item.content_hash,
            tx=tx,
        )

    async def _close(self, book: BookDocument, topic_ids: Sequence[str], *, recount: bool, tx: Transaction) -> None:
        """Removes what the book no longer has, and counts lexemes anew when anything changed or an import was cut."""
        book_id = await self._repository.save_book(book.meta, tx=tx)
        dropped = await self._repository.drop_sections(book_id, topic_ids, tx=tx)
        if recount or dropped or not await self._repository.lexemes_current(tx=tx):
            await self._repository.refresh_lexemes(tx=tx)

    async def _embed(self, slug: str) -> list[str]:
        """Gives every passage of the book a vector; returns warnings."""
        async with self._database.transaction() as tx:
            total = await self._repository.missing_vectors(slug, tx=tx)
        done = 0
        while done < total:
            async with self._database.transaction() as tx:
                batch = await self._repository.without_vector(slug, limit=_BATCH, tx=tx)
            if not batch:
                break
            try:
                vectors = await self._embedder.embed([text for _, text in batch])
            except EngineUnavailableError as error:
                return [f"{total - done} passages have no vector, search is by words alone: {error}"]
            async with self._database.transaction() as tx:
                ids = (passage_id for passage_id, _ in batch)
                await self._repository.save_vectors(dict(zip(ids, vectors, strict=True)), tx=tx)
            done += len(batch)
            self._on_progress("computing vectors", min(done, total), total)
        return []


def refuse_other_embedder(state: IndexState | None, embedder: Embedder) -> None:
    """Raises IndexMismatchError when there are vectors of another embedder."""
    if state is None or not state.has_vectors:
        return
    if (state.embedder, state.dimension) != (embedder.model_id, embedder.dimension):
        message = (
            f"the index was built with {state.embedder} ({state.dimension} dimensions), the embedder is now"
            f" {embedder.model_id} ({embedder.dimension}); set the embedder back, or import the books into an empty"
            " database"
        )
        raise IndexMismatchError(message)
