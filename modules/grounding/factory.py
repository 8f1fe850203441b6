"""Builds the grounding."""

from modules.grounding.interface import Grounding
from modules.grounding.service import GroundingService


def create_grounding() -> Grounding:
    """Needs nothing."""
    return GroundingService()
