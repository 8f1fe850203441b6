"""Builds the library."""

from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.questions.interface import Questions
from modules.rag.interface import Rag
from modules.rag.repository import LibraryRepository, SearchRepository
from modules.rag.service import RagService
from modules.textbooks.interface import Textbooks


def create_rag(
    *, database: Database, embedder: Embedder, textbooks: Textbooks, chunking: Chunking, questions: Questions
) -> Rag:
    """The library on this database."""
    return RagService(
        database=database,
        embedder=embedder,
        textbooks=textbooks,
        chunking=chunking,
        questions=questions,
        repository=LibraryRepository(),
        index=SearchRepository(),
    )
