"""Vectors that came with a book, in the place of computing them."""

from collections.abc import Sequence

import numpy as np
from typing_extensions import override

from modules.book_building.interface import PackedBook
from modules.integrations.interface import Embedder


class GivenVectors(Embedder):
    """An embedder that knows some texts already."""

    def __init__(self, embedder: Embedder, book: PackedBook) -> None:
        self._embedder = embedder
        self._given = _by_text(book)
        self.model_id = embedder.model_id
        self.dimension = embedder.dimension

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        fresh = [text for text in texts if text not in self._given]
        computed = dict(zip(fresh, await self._embedder.embed(fresh), strict=True)) if fresh else {}
        return [computed[text] if text in computed else _floats(self._given[text]) for text in texts]


def _floats(packed: bytes) -> list[float]:
    values: list[float] = np.frombuffer(packed, dtype="<f2").tolist()
    return values


def _by_text(book: PackedBook) -> dict[str, bytes]:
    """Each passage's vector by the text that is embedded."""
    size = 2 * book.dimension
    texts = (f"{cut.section.title}. {draft.heading}. {draft.text}" for cut in book.sections for draft in cut.drafts)
    return {text: book.vectors[at * size : (at + 1) * size] for at, text in enumerate(texts)} if book.vectors else {}
