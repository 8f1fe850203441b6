"""Builds the rubric."""

from modules.grounding.interface import Grounding
from modules.rubric.interface import Rubric
from modules.rubric.service import RubricService


def create_rubric(*, grounding: Grounding) -> Rubric:
    """Claims are judged by `grounding`."""
    return RubricService(grounding=grounding)
