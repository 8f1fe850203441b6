"""How good a ranking is."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from modules.evaluation.interface import JudgedSearch, RetrievalFigures, RetrievalReport

_SHORT, _LONG = 5, 10
_DIGITS: Final = 4


def report_of(searches: Sequence[JudgedSearch]) -> RetrievalReport:
    """Figures of the questions that the library teaches, and how it met the others."""
    taught = [one for one in searches if one.relevant]
    untaught = [one for one in searches if not one.relevant]
    kinds = dict.fromkeys(one.kind for one in taught)
    return RetrievalReport(
        overall=_figures(taught),
        by_kind={kind: _figures([one for one in taught if one.kind == kind]) for kind in kinds},
        untaught=len(untaught),
        rejected=_mean(untaught, lambda one: not one.covered) if untaught else None,
    )


def _figures(searches: Sequence[JudgedSearch]) -> RetrievalFigures:
    return RetrievalFigures(
        questions=len(searches),
        recall_at_5=_mean(searches, lambda one: sum(_hits(one, _SHORT)) / len(one.relevant)),
        ndcg_at_10=_mean(searches, _gain),
        mrr_at_10=_mean(searches, _reciprocal),
        first=_mean(searches, lambda one: any(_hits(one, 1))),
        refused=_mean(searches, lambda one: not one.covered),
    )


def _mean(searches: Sequence[JudgedSearch], measure: Callable[[JudgedSearch], float]) -> float:
    return round(sum(map(measure, searches)) / len(searches), _DIGITS) if searches else 0.0


def _hits(one: JudgedSearch, depth: int) -> list[bool]:
    return [topic in one.relevant for topic in one.ranked[:depth]]


def _gain(one: JudgedSearch) -> float:
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(_hits(one, _LONG)) if hit)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(len(one.relevant), _LONG)))


def _reciprocal(one: JudgedSearch) -> float:
    return next((1 / place for place, hit in enumerate(_hits(one, _LONG), start=1) if hit), 0.0)
