"""Figures of a ranking, worked out by hand."""

import math

import pytest

from modules.evaluation.factory import create_evaluation
from modules.evaluation.interface import JudgedSearch

pytestmark = pytest.mark.unit
EVALUATION = create_evaluation()


def search(ranked: str, relevant: str, *, kind: str = "student", covered: bool = True) -> JudgedSearch:
    return JudgedSearch(kind=kind, ranked=tuple(ranked), relevant=tuple(relevant), covered=covered)


def test_figures_of_two_relevant_topics() -> None:
    figures = EVALUATION.retrieval([search("xaxxxxb", "ab")]).overall
    assert figures.recall_at_5 == 0.5
    assert figures.mrr_at_10 == 0.5
    assert figures.first == 0.0
    best = 1 + 1 / math.log2(3)
    assert figures.ndcg_at_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(8)) / best, abs=1e-4)


def test_what_stands_behind_the_tenth_place_counts_for_nothing() -> None:
    figures = EVALUATION.retrieval([search("0123456789a", "a")]).overall
    assert (figures.recall_at_5, figures.ndcg_at_10, figures.mrr_at_10) == (0.0, 0.0, 0.0)


def test_kinds_and_untaught_questions_are_kept_apart() -> None:
    report = EVALUATION.retrieval(
        [
            search("a", "a", kind="student"),
            search("b", "a", kind="glossary", covered=False),
            search("a", "", kind="offcorpus", covered=False),
            search("a", "", kind="offcorpus"),
        ]
    )
    assert report.overall.questions == 2
    assert report.by_kind["student"].first == 1.0
    assert report.by_kind["glossary"].refused == 1.0
    assert (report.untaught, report.rejected) == (2, 0.5)
    assert EVALUATION.retrieval([]).rejected is None
