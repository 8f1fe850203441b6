"""Computes the vectors that lack, in batches, two at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from modules.book_building.interface import EMBEDDING, Hold, Progress, VectorShelf
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database

_WINDOW: Final = 1024
_BATCH: Final = 32
_SIDE_BY_SIDE: Final = 3
"""The embedder computes in threads, one core for one text; while one batch is written, two cores compute."""


class VectorFill:
    """Writes vectors of one embedder; no transaction is open while it computes."""

    def __init__(self, *, database: Database, embedder: Embedder, vectors: VectorShelf) -> None:
        self._database = database
        self._embedder = embedder
        self._vectors = vectors

    async def run(self, *, edition_id: int | None, hold: Hold, on_progress: Progress) -> int:
        """Fills what lacks in an edition, or in the library; returns how many vectors it made."""
        name, done = self._embedder.model_id, 0
        async with self._database.transaction() as tx:
            total = await self._vectors.lacking(name, edition_id=edition_id, tx=tx)
        if total:
            on_progress(EMBEDDING, 0, total)
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
                    on_progress(EMBEDDING, min(done, total), total)

            await _side_by_side(work)
        return done

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
