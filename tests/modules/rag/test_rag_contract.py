"""The fake and the real rag keep the same contract."""

import pytest

from modules.book_pages.factory import create_book_pages
from modules.chunking.factory import create_chunking
from modules.kernel.interface import Database
from modules.questions.factory import create_questions
from modules.rag.factory import create_rag
from modules.rag.interface import Rag
from modules.textbooks.factory import create_textbooks
from tests.contracts.rag import INTERESTS, RagContract
from tests.fakes.rag import FakeRag
from tests.modules.rag.quick_embedder import QuickEmbedder


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def rag(request: pytest.FixtureRequest) -> Rag:
    if request.param == "fake":
        return FakeRag(interest_phrases=INTERESTS)
    database: Database = request.getfixturevalue("database")
    return create_rag(
        database=database,
        embedder=QuickEmbedder(),
        textbooks=create_textbooks(book_pages=create_book_pages(), isolated=False),
        chunking=create_chunking(),
        questions=create_questions(interest_phrases=INTERESTS),
    )


class TestRag(RagContract):
    """The contract itself stands in tests/contracts/rag.py."""
