"""The fake and the real rag keep the same contract."""

from collections.abc import AsyncIterator

import pytest

from modules.book_building.factory import create_book_building
from modules.book_pages.factory import create_book_pages
from modules.chunking.factory import create_chunking
from modules.kernel.interface import Database, Transaction
from modules.questions.factory import create_questions
from modules.rag.factory import create_rag
from modules.rag.interface import Rag
from modules.ranking.factory import create_ranking
from modules.textbooks.factory import create_textbooks
from tests.contracts.rag import INTERESTS, RagContract
from tests.fakes.rag import FakeRag
from tests.fakes.worker import FakeTransaction
from tests.modules.rag.quick_embedder import QuickEmbedder


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def rag(request: pytest.FixtureRequest) -> Rag:
    if request.param == "fake":
        return FakeRag(interest_phrases=INTERESTS)
    database: Database = request.getfixturevalue("database")
    return create_rag(
        database=database,
        embedder=QuickEmbedder(),
        questions=create_questions(interest_phrases=INTERESTS),
        ranking=create_ranking(),
        building=create_book_building(
            database=database,
            textbooks=create_textbooks(book_pages=create_book_pages(), isolated=False),
            chunking=create_chunking(),
        ),
    )


@pytest.fixture
async def tx(request: pytest.FixtureRequest, rag: Rag) -> AsyncIterator[Transaction]:
    if isinstance(rag, FakeRag):
        yield FakeTransaction()
        return
    database: Database = request.getfixturevalue("database")
    async with database.transaction() as opened:
        yield opened


class TestRag(RagContract):
    """The contract itself stands in tests/contracts/rag.py."""
