"""Measures answers."""

from collections.abc import Sequence

from typing_extensions import override

from modules.evaluation.domain import labels
from modules.evaluation.domain.grounding import grounding_report_of
from modules.evaluation.domain.retrieval import report_of
from modules.evaluation.domain.trials import trial_claims_of
from modules.evaluation.interface import (
    DrawnSentence,
    Evaluation,
    GroundingReport,
    JudgedLabel,
    JudgedSearch,
    LabelReport,
    RetrievalReport,
    TrialClaim,
)


class EvaluationService(Evaluation):
    """The field's usual measures."""

    @override
    def retrieval(self, searches: Sequence[JudgedSearch]) -> RetrievalReport:
        return report_of(searches)

    @override
    def trial_claims(self, drawn: Sequence[DrawnSentence], *, size: int, tuning: bool = False) -> list[TrialClaim]:
        return trial_claims_of(drawn, size=size, tuning=tuning)

    @override
    def grounding(self, claims: Sequence[TrialClaim], supported: Sequence[bool]) -> GroundingReport:
        return grounding_report_of(claims, supported)

    @override
    def labels(self, judged: Sequence[JudgedLabel]) -> LabelReport:
        return labels.report_of(judged)
