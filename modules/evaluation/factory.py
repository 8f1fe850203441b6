"""Builds the evaluation."""

from modules.evaluation.interface import Evaluation
from modules.evaluation.service import EvaluationService


def create_evaluation() -> Evaluation:
    """Needs nothing."""
    return EvaluationService()
