"""all-MiniLM-L6-v2 in float32, written after the paper in numpy only: what the int8 graph is compared with."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from modules.integrations.local.minilm_graph import read_weights

_HEADS: Final = 12
_erf = np.vectorize(math.erf, otypes=[np.float32])
Array = NDArray[Any]


class ReferenceModel:
    """Vectors of token ids."""

    def __init__(self, weights: Path) -> None:
        self._weights = read_weights(weights)

    def vector(self, ids: Sequence[int]) -> Array:
        words = self._weights["embeddings.word_embeddings.weight"][list(ids)]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        segment = self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(words + places + segment, "embeddings.LayerNorm")
        for layer in range(6):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        mean = hidden.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean))

    def _layer(self, hidden: Array, name: str) -> Array:
        query, key, value = (self._heads(hidden, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        context = (weights @ value).transpose(1, 0, 2).reshape(hidden.shape)
        attended = self._dense(context, f"{name}.attention.output.dense")
        hidden = self._norm(attended + hidden, f"{name}.attention.output.LayerNorm")
        wide = self._dense(hidden, f"{name}.intermediate.dense")
        wide = wide * 0.5 * (1 + _erf(wide / math.sqrt(2)))
        return self._norm(self._dense(wide, f"{name}.output.dense") + hidden, f"{name}.output.LayerNorm")

    def _heads(self, hidden: Array, name: str) -> Array:
        return self._dense(hidden, name).reshape(len(hidden), _HEADS, -1).transpose(1, 0, 2)

    def _dense(self, hidden: Array, name: str) -> Array:
        return np.asarray(hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _norm(self, hidden: Array, name: str) -> Array:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(centred.var(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])
