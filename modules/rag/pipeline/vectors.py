"""Computes the vectors that lack, in batches, two at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from modules.integrations.interface import Embedder
from modules.kernel.interface import Database, Transaction
from modules.rag.interface import IndexMismatchError
from modules.rag.models import DIMENSION
from modules.rag.repository import IndexState, VectorRepository

_WINDOW: Final = 1024
_BATCH: Final = 32
_SIDE_BY_SIDE: Final = 2
"""The embedder computes in threads, one core for one text."""
Hold = Callable[[Transaction], Awaitable[None]]


class VectorWriter:
    """Writes vectors of one embedder; no transaction is open while it computes."""

    def __init__(self, *, database: Database, embedder: Embedder, vectors: VectorRepository) -> None:
        self._database = database
        self._embedder = embedder
        self._vectors = vectors

    async def claim_index(self, *, tx: Transaction) -> None:
        """Raises IndexMismatchError when another embedder's vectors serve."""
        refuse_other_dimension(self._embedder)
        state = await self._vectors.claim_index(self._embedder.model_id, self._embedder.dimension, tx=tx)
        refuse_other_embedder(state, self._embedder)

    async def copy(self, book_id: int, edition_id: int, *, tx: Transaction) -> None:
        """Takes what the same text elsewhere in the book has."""
        await self._vectors.copy(book_id, edition_id, self._embedder.model_id, tx=tx)

    async def recount(self, *, changed: bool, tx: Transaction) -> None:
        """Counts lexemes anew when what serves has changed, or an older count was cut off."""
        if changed or not await self._vectors.lexemes_current(tx=tx):
            await self._vectors.refresh_lexemes(tx=tx)

    async def fill(self, *, edition_id: int | None, hold: Hold, on_progress: Callable[[int, int], None]) -> None:
        """Gives every passage of an edition, or of the library, its vector. Raises EngineUnavailableError."""
        name, done = self._embedder.model_id, 0
        async with self._database.transaction() as tx:
            total = await self._vectors.lacking(name, edition_id=edition_id, tx=tx)
        if total:
            on_progress(0, total)
        while done < total:
            async with self._database.transaction() as tx:
                window = await self._vectors.without(name, edition_id=edition_id, limit=_WINDOW, tx=tx)
            if not window:
                break
            waiting = iter([window[at : at + _BATCH] for at in range(0, len(window), _BATCH)])

            async def work() -> None:
                nonlocal done
                for batch in waiting:  # noqa: B023 - ends with the window
                    await self._batch(batch, hold)
                    done += len(batch)
                    on_progress(min(done, total), total)

            await _side_by_side(work)

    async def _batch(self, batch: Sequence[tuple[int, str]], hold: Hold) -> None:
        vectors = await self._embedder.embed([text for _, text in batch])
        async with self._database.transaction() as tx:
            await hold(tx)
            await self._vectors.save(self._embedder.model_id, [at for at, _ in batch], vectors, tx=tx)


async def _side_by_side(work: Callable[[], Awaitable[None]]) -> None:
    tasks = [asyncio.ensure_future(work()) for _ in range(_SIDE_BY_SIDE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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
