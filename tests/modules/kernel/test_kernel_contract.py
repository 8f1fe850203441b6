"""The fake and the real kernel keep the same contracts."""

from collections.abc import AsyncIterator

import pytest

from modules.kernel.database import SqlDatabase
from modules.kernel.factory import create_clock, create_database
from modules.kernel.interface import Clock, Database, DatabaseUnavailableError
from tests.contracts.kernel import ClockContract, DatabaseContract
from tests.fakes.kernel import FakeClock, FakeDatabase

NOWHERE = "postgresql://vividly:secret-word@127.0.0.1:1/vividly"


class TestClock(ClockContract):
    @pytest.fixture(params=["fake", "real"])
    def clock(self, request: pytest.FixtureRequest) -> Clock:
        return FakeClock() if request.param == "fake" else create_clock()


class TestFakeDatabase(DatabaseContract):
    @pytest.fixture
    def database(self) -> Database:
        return FakeDatabase()

    @pytest.fixture
    def dead_database(self) -> Database:
        dead = FakeDatabase()
        dead.fault = DatabaseUnavailableError("away")
        return dead


@pytest.mark.postgres
class TestSqlDatabase(DatabaseContract):
    @pytest.fixture
    def database(self, shared_database: SqlDatabase) -> Database:
        return shared_database

    @pytest.fixture
    async def dead_database(self) -> AsyncIterator[Database]:
        dead = create_database(url=NOWHERE)
        yield dead
        await dead.close()
