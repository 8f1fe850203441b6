"""Builds bundles."""

from modules.bundles.interface import Bundles
from modules.bundles.service import BundlesService
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.rag.interface import Rag
from modules.textbooks.interface import Textbooks


def create_bundles(*, rag: Rag, embedder: Embedder, textbooks: Textbooks, chunking: Chunking) -> Bundles:
    """Bundles of this library's books."""
    return BundlesService(rag=rag, embedder=embedder, textbooks=textbooks, chunking=chunking)
