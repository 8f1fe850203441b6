"""The fake and the real worker keep the same contract."""

import pytest

from modules.kernel.interface import Database
from modules.worker.factory import create_worker
from modules.worker.interface import Worker
from tests.contracts.worker import MAX_ATTEMPTS, WorkerContract
from tests.fakes.integrations import FakeDoorbell
from tests.fakes.worker import FakeWorker, RevertingDatabase


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def jobs_database(request: pytest.FixtureRequest) -> Database:
    return RevertingDatabase() if request.param == "fake" else request.getfixturevalue("queue")


@pytest.fixture
def worker(jobs_database: Database, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr("modules.worker.pipeline.loop._GRACE_SECONDS", 0.2)
    if isinstance(jobs_database, RevertingDatabase):
        return FakeWorker(database=jobs_database, max_attempts=MAX_ATTEMPTS)
    return create_worker(
        database=jobs_database,
        doorbell=FakeDoorbell(),
        poll_seconds=0.5,
        retry_seconds=0.02,
        max_attempts=MAX_ATTEMPTS,
    )


class TestWorkerContract(WorkerContract):
    """Runs the contract on both."""
