"""evaluation: measures answers against answers that people judged, and judges against sentences spoilt on purpose.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnSentence:
    """A true sentence.

    Attributes:
        book: slug of the book that it stands in. passage: the text around it, which holds it word for word.
        terms: key terms of its section.
    """

    book: str
    sentence: str
    passage: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialClaim:
    """A claim for whoever judges claims.

    Attributes:
        kind: how it was spoilt (`foreign`, `number`, `unit`, `negation`, `antonym`, `term`, `role`, `quantifier`,
            `direction`), or how it says the same (`identical`, `clause`, `connective_dropped`, `aside_dropped`,
            `simpler_word`, `you_for_we`, `unlisted_word`).
        false: whether it was spoilt. passage: what it has to be judged by.
    """

    kind: str
    false: bool
    claim: str
    passage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundingReport:
    """What a judge found.

    Attributes:
        claims: how many were judged. claims_by_kind: of each kind.
        detected: by kind of falsehood, the share of false claims that was not supported, 0.0 to 1.0.
        false_alarms: share of true claims that was not supported, 0.0 to 1.0. Identical ones are left out, they are too
            easy; and unlisted words, which say the same only to who knows more words than the judge.
        false_alarms_by_kind: of each kind, those two as well.
        missed, alarms: by kind, up to five claims each that were judged wrongly.
    """

    claims: int
    detected: Mapping[str, float]
    false_alarms: float
    false_alarms_by_kind: Mapping[str, float]
    claims_by_kind: Mapping[str, int]
    missed: Mapping[str, tuple[str, ...]]
    alarms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLabel:
    """One text, what it was called, and what it should have been called. `right`: by the caller's own measure."""

    expected: str
    found: str
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """How often a label was right. `accuracy`: 0.0 to 1.0. `taken_for`: how often each other label was given."""

    texts: int
    accuracy: float
    taken_for: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """Figures over all texts and by the label expected."""

    overall: LabelFigures
    by_label: Mapping[str, LabelFigures]


class Evaluation(Protocol):
    """Measures; computes only."""

    @abstractmethod
    def retrieval(self, searches: Sequence[JudgedSearch]) -> RetrievalReport:
        """Figures over all questions and by kind."""

    @abstractmethod
    def trial_claims(self, drawn: Sequence[DrawnSentence], *, size: int, tuning: bool = False) -> list[TrialClaim]:
        """False and true claims made of at most `size` of the sentences; the same ones every time.

        Half of all sentences is for tuning a judge, half for reporting on it; no sentence is in both.
        """

    @abstractmethod
    def grounding(self, claims: Sequence[TrialClaim], supported: Sequence[bool]) -> GroundingReport:
        """Figures for a judge; `supported` is what it said of each claim."""

    @abstractmethod
    def labels(self, judged: Sequence[JudgedLabel]) -> LabelReport:
        """How often the labels are right; at least one text."""
