"""Builds what cuts sections into passages."""

from modules.chunking.interface import Chunking
from modules.chunking.service import ChunkingService


def create_chunking() -> Chunking:
    """Chunking of 60 to 200 words."""
    return ChunkingService()
