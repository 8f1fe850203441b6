"""One order from five signs: words and meaning of the best passages, both in one, the headings, the key terms."""

from collections.abc import Sequence
from typing import Final

from modules.ranking.interface import BEST_THREE, LEXICAL, Found, Ranked

# Beside a cosine, which weighs 1. Source: as for those in the interface.
_BOTH: Final = 0.2
_HEADING: Final = 0.5
_NAMED: Final = 0.15
_GLOSSARY: Final = 0.8
# A passage is worth its own signs and a part of its section's.
_SECTION: Final = 0.3


def order(found: Sequence[Found]) -> list[Ranked]:
    """Best first; equal ones by their id, so that the order never wavers."""
    ranked = [Ranked(found=one, relevance=_relevance(one)) for one in found]
    return sorted(ranked, key=lambda one: (-one.relevance, one.found.section_id))


def best_passages(ranked: Sequence[Ranked], limit: int) -> list[tuple[int, float]]:
    """The best passages of all sections as (id, score)."""
    scored = [
        (passage_id, (LEXICAL + _BOTH) * lexical + (1 + _BOTH) * max(cosine, 0.0) + _SECTION * one.relevance)
        for one in ranked
        for passage_id, lexical, cosine in zip(one.found.passage_ids, one.found.lexical, one.found.cosines, strict=True)
        if lexical > 0 or cosine > 0
    ]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]


def together(one: Found) -> float:
    """The most that one passage of the section has by words and by meaning."""
    both = (lexical + max(cosine, 0.0) for lexical, cosine in zip(one.lexical, one.cosines, strict=True))
    return max(both, default=0.0)


def _relevance(one: Found) -> float:
    passages = LEXICAL * _top(one.lexical) + _top(one.cosines) + _BOTH * together(one)
    return passages + _HEADING * one.heading + _NAMED * one.named + _GLOSSARY * one.glossary


def _top(values: Sequence[float]) -> float:
    best = sorted(values, reverse=True)[: len(BEST_THREE)]
    return sum(share * max(value, 0.0) for share, value in zip(BEST_THREE, best, strict=False))
