"""The fake embedder, fast enough for whole books."""

import asyncio
from collections.abc import Sequence
from functools import cache

import numpy as np
from typing_extensions import override

from tests.fakes.integrations import FakeEmbedder

_LITTLE_WORD = 4


class QuickEmbedder(FakeEmbedder):
    """A direction for every word that says something; a text is the sum of its words."""

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.fault is not None:
            raise self.fault
        self.texts += texts
        return [_vector(text) for text in texts]


class HeldEmbedder(QuickEmbedder):
    """Waits before every batch until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.go = asyncio.Event()

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.reached.set()
        await self.go.wait()
        return await super().embed(texts)


def _vector(text: str) -> list[float]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    words = [word for word in words if len(word) > _LITTLE_WORD] or words or [""]
    total = np.sum([_direction(word) for word in words], axis=0)
    values: list[float] = (total / np.linalg.norm(total)).tolist()
    return values


@cache
def _direction(word: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    seed = int.from_bytes(word.encode()[:16].ljust(16, b"-"), "big")
    return np.random.default_rng(seed).standard_normal(FakeEmbedder.dimension)
