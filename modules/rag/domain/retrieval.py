"""Puts what the lexical and the dense leg found into one order."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_RANK_OFFSET: Final = 60
"""The constant of reciprocal rank fusion. Source: Cormack, Clarke, Buettcher, SIGIR 2009."""
_BEST_THREE: Final = (1.0, 0.5, 0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a leg found. `lexical` 0.0 and `cosine` 0.0 where that leg did not find it."""

    passage_id: int
    section_id: int
    lexical: float
    cosine: float


def index_text(text: str) -> str:
    """Text as it is indexed and searched: `CO₂` and `CO2` become one word."""
    return unicodedata.normalize("NFKC", text).replace("\x00", " ")


def fused(hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
    """Every hit once with its fused score, best first."""
    scores: dict[int, float] = defaultdict(float)
    for value in ("lexical", "cosine"):
        ranked = sorted((hit for hit in hits if getattr(hit, value) > 0), key=lambda hit: -getattr(hit, value))
        for rank, hit in enumerate(ranked, start=1):
            scores[hit.passage_id] += 1 / (_RANK_OFFSET + rank)
    return sorted(((hit, scores[hit.passage_id]) for hit in hits), key=lambda pair: (-pair[1], pair[0].passage_id))


def by_section(scored: Iterable[tuple[Hit, float]]) -> list[tuple[int, float, float]]:
    """Sections as (id, score of the best three passages, best cosine), best first."""
    groups: dict[int, list[tuple[Hit, float]]] = defaultdict(list)
    for hit, score in scored:
        groups[hit.section_id].append((hit, score))
    found = [
        (
            section,
            sum(weight * score for weight, (_, score) in zip(_BEST_THREE, group, strict=False)),
            max(hit.cosine for hit, _ in group),
        )
        for section, group in groups.items()
    ]
    return sorted(found, key=lambda item: (-item[1], item[0]))
