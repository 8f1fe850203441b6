"""The real library on a database, as tests build it."""

from collections.abc import Sequence

from modules.book_building.factory import create_book_building
from modules.book_pages.factory import create_book_pages
from modules.catalogue.factory import create_catalogue
from modules.chunking.factory import create_chunking
from modules.curation.factory import create_curation
from modules.curation.interface import Curation
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.questions.factory import create_questions
from modules.rag.factory import create_rag
from modules.rag.interface import Rag
from modules.ranking.factory import create_ranking
from modules.textbooks.factory import create_textbooks
from tests.fakes.kernel import FakeClock


def assembled(
    database: Database, embedder: Embedder, *, interests: Sequence[str] = (), curation: Curation | None = None
) -> Rag:
    """The library with everything below it."""
    questions = create_questions(interest_phrases=interests)
    return create_rag(
        database=database,
        embedder=embedder,
        questions=questions,
        ranking=create_ranking(),
        building=create_book_building(
            database=database,
            textbooks=create_textbooks(book_pages=create_book_pages(), isolated=False),
            chunking=create_chunking(),
        ),
        curation=curation or create_curation(database=database, clock=FakeClock()),
        catalogue=create_catalogue(questions=questions),
    )
