"""Builds the library."""

from modules.bundles.interface import Bundles
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.questions.interface import Questions
from modules.rag.interface import Rag
from modules.rag.pipeline.intake import Intake
from modules.rag.pipeline.moving import Moving
from modules.rag.repository import (
    EditionRepository,
    LibraryRepository,
    PackingRepository,
    SearchRepository,
    VectorRepository,
)
from modules.rag.service import RagService
from modules.textbooks.interface import Textbooks


def create_rag(
    *,
    database: Database,
    embedder: Embedder,
    textbooks: Textbooks,
    chunking: Chunking,
    questions: Questions,
    bundles: Bundles,
) -> Rag:
    """The library on this database."""
    library, vectors = LibraryRepository(), VectorRepository()
    intake = Intake(
        database=database,
        embedder=embedder,
        textbooks=textbooks,
        chunking=chunking,
        library=library,
        editions=EditionRepository(),
        vectors=vectors,
    )
    moving = Moving(
        database=database,
        embedder=embedder,
        bundles=bundles,
        textbooks=textbooks,
        chunking=chunking,
        library=library,
        packing=PackingRepository(),
        intake=intake,
    )
    return RagService(
        database=database,
        embedder=embedder,
        questions=questions,
        library=library,
        index=SearchRepository(),
        vectors=vectors,
        intake=intake,
        moving=moving,
    )
