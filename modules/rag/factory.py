"""Builds the library."""

from modules.building.interface import Building
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.questions.interface import Questions
from modules.rag.interface import Rag
from modules.rag.pipeline.intake import Intake
from modules.rag.repository import (
    EditionRepository,
    LibraryRepository,
    PackingRepository,
    SearchRepository,
    VectorRepository,
)
from modules.rag.service import RagService
from modules.ranking.interface import Ranking
from modules.textbooks.interface import Textbooks


def create_rag(
    *,
    database: Database,
    embedder: Embedder,
    textbooks: Textbooks,
    chunking: Chunking,
    questions: Questions,
    ranking: Ranking,
    building: Building,
) -> Rag:
    """The library on this database."""
    library, vectors = LibraryRepository(), VectorRepository()
    intake = Intake(
        database=database,
        embedder=embedder,
        textbooks=textbooks,
        chunking=chunking,
        building=building,
        library=library,
        editions=EditionRepository(),
        vectors=vectors,
    )
    return RagService(
        database=database,
        embedder=embedder,
        questions=questions,
        ranking=ranking,
        library=library,
        index=SearchRepository(),
        vectors=vectors,
        intake=intake,
        packing=PackingRepository(),
    )
