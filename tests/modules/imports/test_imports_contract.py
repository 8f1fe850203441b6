"""The fake and the real imports keep the same contract."""

import pytest

from modules.kernel.interface import Database
from tests.contracts.imports import Desk, ImportsContract
from tests.fakes.imports import FakeImports
from tests.fakes.rag import FakeRag
from tests.fakes.worker import FakeWorker, RevertingDatabase
from tests.modules.imports.import_worker import built
from tests.modules.rag.quick_embedder import QuickEmbedder


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "fake":
        memory = RevertingDatabase()
        rag, worker = FakeRag(), FakeWorker(database=memory)
        imports = FakeImports(database=memory, worker=worker, rag=rag)
        return Desk(imports=imports, worker=worker, rag=rag, database=memory)
    database: Database = request.getfixturevalue("database")
    library, queue, real = built(database, QuickEmbedder())
    return Desk(imports=real, worker=queue, rag=library, database=database)


class TestImports(ImportsContract):
    """The contract itself stands in tests/contracts/imports.py."""
