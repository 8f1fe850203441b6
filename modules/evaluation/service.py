"""Measures answers."""

from collections.abc import Sequence

from typing_extensions import override

from modules.evaluation.domain.retrieval import report_of
from modules.evaluation.interface import Evaluation, JudgedSearch, RetrievalReport


class EvaluationService(Evaluation):
    """The field's usual measures."""

    @override
    def retrieval(self, searches: Sequence[JudgedSearch]) -> RetrievalReport:
        return report_of(searches)
