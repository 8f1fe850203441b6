"""How sure it is that a section answers: a logistic regression on what speaks for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from modules.ranking.domain.order import together
from modules.ranking.interface import BEST_THREE, Found, Ranked

_ENOUGH_LEXEMES: Final = 8
_SIXTH: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """Of the best and the third cosine, the best words, both in one passage, key terms, length, lead over the sixth.

    Source: fitted on 1,032 questions that six textbooks teach and 400 that they do not (docs/retrieval.md); 0.5 was
    set where at most 3 in 100 good questions of the development set are refused.
    """

    bias: float
    glossary: float
    lexemes: float
    lead: float
    cosine: float = 0.0
    third: float = 0.0
    lexical: float = 0.0
    both: float = 0.0


_HYBRID: Final = _Weights(bias=-13.22, glossary=2.5, lexemes=7.1, lead=1.5, cosine=6.0, third=2.7, both=3.8)
_WORDS_ALONE: Final = _Weights(bias=-9.9, glossary=2.1, lexemes=9.2, lead=5.3, lexical=3.6)


def scores(ranked: Sequence[Ranked], *, lexemes: int, dense: bool) -> list[float]:
    """One for each section, 0.0 to 1.0; a later one is never surer than an earlier one."""
    if not ranked:
        return []
    weights = _HYBRID if dense else _WORDS_ALONE
    lead = ranked[0].relevance - (ranked[_SIXTH].relevance if len(ranked) > _SIXTH else 0.0)
    question = weights.bias + weights.lexemes * min(lexemes, _ENOUGH_LEXEMES) / _ENOUGH_LEXEMES + weights.lead * lead
    least = 1.0
    found = []
    for one in ranked:
        least = min(least, 1 / (1 + math.exp(-question - _evidence(one.found, weights))))
        found.append(round(least, 4))
    return found


def _evidence(one: Found, weights: _Weights) -> float:
    cosines = sorted(one.cosines, reverse=True)[: len(BEST_THREE)] or [0.0]
    return (
        weights.cosine * max(cosines[0], 0.0)
        + weights.third * max(cosines[-1], 0.0)
        + weights.lexical * max(one.lexical, default=0.0)
        + weights.both * together(one)
        + weights.glossary * one.glossary
    )
