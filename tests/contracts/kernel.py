"""What every Clock and every Database does, the real one and the fake."""

from datetime import timedelta

import pytest

from modules.kernel.interface import Clock, Database, DatabaseUnavailableError, Transaction


class ClockContract:
    """Subclasses give the fixture `clock`."""

    def test_it_tells_aware_utc_and_never_goes_back(self, clock: Clock) -> None:
        first, second = clock.now(), clock.now()
        assert first.utcoffset() == timedelta(0)
        assert second >= first


class DatabaseContract:
    """Subclasses give `database`, and `dead_database` that does not answer."""

    async def test_a_transaction_is_opened_and_ends(self, database: Database) -> None:
        async with database.transaction() as tx:
            assert isinstance(tx, Transaction)
        await database.ping()

    async def test_an_error_inside_leaves_unchanged(self, database: Database) -> None:
        with pytest.raises(LookupError, match="mine"):
            async with database.transaction():
                raise LookupError("mine")

    async def test_a_dead_database_is_a_retryable_fault_without_secrets(self, dead_database: Database) -> None:
        with pytest.raises(DatabaseUnavailableError) as caught:
            await dead_database.ping()
        assert caught.value.retryable
        assert "secret-word" not in str(caught.value)
