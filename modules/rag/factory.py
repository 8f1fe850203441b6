"""Builds the library."""

from collections.abc import Sequence

from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.rag.interface import Rag
from modules.rag.repository import LibraryRepository
from modules.rag.service import RagService
from modules.textbooks.interface import Textbooks


def create_rag(*, database: Database, embedder: Embedder, textbooks: Textbooks, interest_phrases: Sequence[str]) -> Rag:
    """The library on this database; `interest_phrases` are lower-case words such as `basketball`."""
    return RagService(
        database=database,
        embedder=embedder,
        textbooks=textbooks,
        interest_phrases=interest_phrases,
        repository=LibraryRepository(),
    )
