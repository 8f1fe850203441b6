"""Whose vectors the index holds."""

from dataclasses import dataclass
from typing import Final

from modules.integrations.interface import Embedder
from modules.rag.interface import IndexMismatchError

DIMENSION: Final = 384


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """Which embedder made the live vectors, if there are any.

    `passages`: live when lexemes were counted last. `version`: another whenever another edition serves.
    """

    embedder: str
    dimension: int
    has_vectors: bool
    passages: int
    version: str


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
