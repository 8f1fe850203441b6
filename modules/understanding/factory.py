"""Builds the understanding of questions."""

from modules.rag.interface import Rag
from modules.safety.interface import Safety
from modules.understanding.interface import Understanding
from modules.understanding.service import UnderstandingService


def create_understanding(*, rag: Rag, safety: Safety) -> Understanding:
    """Questions about the topics of this library."""
    return UnderstandingService(rag=rag, safety=safety)
