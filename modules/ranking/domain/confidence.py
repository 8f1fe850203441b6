"""How sure it is that a section answers: a logistic regression on what speaks for it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from modules.ranking.interface import Found, Ranked

_ENOUGH_LEXEMES: Final = 8
_SIXTH: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """Of the best passage's cosine and words, key terms, headings, length of the question, and lead over the sixth.

    Source: fitted on 1,032 questions that six textbooks teach and 400 that they do not (docs/retrieval.md); 0.5 was
    set where at most 3 in 100 good questions of the development set are refused.
    """

    bias: float
    cosine: float
    lexical: float
    glossary: float
    named: float
    lexemes: float
    lead: float


_HYBRID: Final = _Weights(bias=-11.65, cosine=10.3, lexical=3.0, glossary=2.5, named=-0.5, lexemes=6.5, lead=1.9)
_WORDS_ALONE: Final = _Weights(bias=-6.5, cosine=0.0, lexical=4.0, glossary=2.0, named=1.5, lexemes=3.0, lead=3.0)


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
    return (
        weights.cosine * max(one.cosines, default=0.0)
        + weights.lexical * max(one.lexical, default=0.0)
        + weights.glossary * one.glossary
        + weights.named * one.named
    )
