"""evaluation: measures answers against answers that people judged.

Depends on: kernel. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSearch:
    """One question, what was found, and what should have been.

    Attributes:
        kind: how the question came about, such as `student`; figures are given for each.
        ranked: topic ids, best first, without repeats.
        relevant: those that answer it; empty when the library does not teach it.
        covered: whether the library said that it can teach the first.
    """

    kind: str
    ranked: tuple[str, ...]
    relevant: tuple[str, ...]
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalFigures:
    """Means over the questions of a kind that the library teaches, each 0.0 to 1.0.

    Attributes:
        recall_at_5: share of the relevant ones among the first five.
        ndcg_at_10: discounted gain of the first ten. Source: Järvelin, Kekäläinen, TOIS 2002.
        mrr_at_10: one over the place of the first relevant one. first: it stands first.
        refused: the library said it cannot teach it.
    """

    questions: int
    recall_at_5: float
    ndcg_at_10: float
    mrr_at_10: float
    first: float
    refused: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalReport:
    """All figures of a run. `rejected`: share of the untaught questions that were not covered; None without any."""

    overall: RetrievalFigures
    by_kind: Mapping[str, RetrievalFigures]
    untaught: int
    rejected: float | None


class Evaluation(Protocol):
    """Measures; computes only."""

    @abstractmethod
    def retrieval(self, searches: Sequence[JudgedSearch]) -> RetrievalReport:
        """Figures over all questions and by kind."""
