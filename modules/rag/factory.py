"""Builds the library."""

from modules.book_building.interface import BookBuilding
from modules.catalogue.interface import Catalogue
from modules.curation.interface import Curation
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.questions.interface import Questions
from modules.rag.interface import Rag
from modules.rag.repository import Repositories
from modules.rag.service import RagService
from modules.ranking.interface import Ranking


def create_rag(
    *,
    database: Database,
    embedder: Embedder,
    building: BookBuilding,
    questions: Questions,
    ranking: Ranking,
    curation: Curation,
    catalogue: Catalogue,
) -> Rag:
    """The library on this database."""
    return RagService(
        database=database,
        embedder=embedder,
        building=building,
        sql=Repositories(),
        questions=questions,
        ranking=ranking,
        curation=curation,
        catalogue=catalogue,
    )
