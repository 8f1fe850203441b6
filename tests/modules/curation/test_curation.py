"""The fake and the real curation keep the same contract; the log only grows, and a transaction is all or nothing."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from modules.curation.factory import create_curation
from modules.curation.interface import Curation, MergeCycleError
from modules.kernel.database import session_of
from modules.kernel.interface import Database
from tests.contracts.curation import A, B, CurationContract
from tests.fakes.curation import FakeCuration
from tests.fakes.kernel import FakeClock


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def curation(request: pytest.FixtureRequest) -> Curation:
    if request.param == "fake":
        return FakeCuration()
    return create_curation(database=request.getfixturevalue("database"), clock=FakeClock())


class TestCuration(CurationContract):
    """The contract itself stands in tests/contracts/curation.py."""


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["UPDATE curation.change SET after = ''", "DELETE FROM curation.change"])
async def test_the_log_only_grows(database: Database, statement: str) -> None:
    curation = create_curation(database=database, clock=FakeClock())
    await curation.pin(A, by="ada")
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.transaction() as tx:
            await session_of(tx).execute(text(statement))
    assert len(await curation.history(A)) == 1


@pytest.mark.postgres
async def test_changes_in_one_transaction_are_all_or_nothing(database: Database) -> None:
    curation = create_curation(database=database, clock=FakeClock())

    async def both() -> None:
        async with database.transaction() as tx:
            await curation.rename(A, "One", by="ada", tx=tx)
            await curation.merge(A, A, by="ada", tx=tx)

    with pytest.raises(MergeCycleError):
        await both()
    assert (await curation.notes()).by_topic == {}
    assert await curation.history(A) == []


@pytest.mark.postgres
async def test_two_merges_at_once_make_no_cycle(database: Database) -> None:
    curation = create_curation(database=database, clock=FakeClock())
    done = await asyncio.gather(curation.merge(A, B, by="ada"), curation.merge(B, A, by="ben"), return_exceptions=True)
    assert sum(isinstance(one, MergeCycleError) for one in done) == 1
    assert len((await curation.notes()).by_topic) == 1
