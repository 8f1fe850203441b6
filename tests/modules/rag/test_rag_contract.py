"""The fake and the real rag keep the same contract."""

from collections.abc import AsyncIterator

import pytest

from modules.curation.interface import Curation
from modules.kernel.interface import Database, Transaction
from modules.rag.interface import Rag
from tests.contracts.rag import INTERESTS, RagContract
from tests.contracts.rag_catalogue import RagCatalogueContract
from tests.fakes.curation import FakeCuration
from tests.fakes.rag import FakeRag
from tests.fakes.worker import FakeTransaction
from tests.modules.rag.assembled import assembled
from tests.modules.rag.quick_embedder import QuickEmbedder


@pytest.fixture
def curation() -> Curation:
    return FakeCuration()


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def rag(request: pytest.FixtureRequest, curation: Curation) -> Rag:
    if request.param == "fake":
        return FakeRag(interest_phrases=INTERESTS, curation=curation)
    database: Database = request.getfixturevalue("database")
    return assembled(database, QuickEmbedder(), interests=INTERESTS, curation=curation)


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


class TestCatalogue(RagCatalogueContract):
    """The contract itself stands in tests/contracts/rag_catalogue.py."""
