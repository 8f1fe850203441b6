"""Builds the screening of texts."""

from modules.safety.interface import Safety
from modules.safety.service import SafetyService


def create_safety() -> Safety:
    """Reads its word lists once; opens nothing."""
    return SafetyService()
