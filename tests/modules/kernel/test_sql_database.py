"""Transactions on PostgreSQL: all or nothing, also when the server cuts the connection."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from modules.kernel.database import SqlDatabase, metadata_for, session_of
from modules.kernel.interface import DatabaseUnavailableError, Transaction

pytestmark = pytest.mark.postgres


@pytest.fixture
async def notes(database: SqlDatabase) -> SqlDatabase:
    async with database.transaction() as tx:
        await session_of(tx).execute(text("CREATE TABLE public.note (word text PRIMARY KEY)"))
    return database


async def write(tx: Transaction, word: str) -> None:
    await session_of(tx).execute(text("INSERT INTO public.note VALUES (:word)"), {"word": word})


async def words(database: SqlDatabase) -> list[str]:
    async with database.transaction() as tx:
        return list(await session_of(tx).scalars(text("SELECT word FROM public.note ORDER BY word")))


async def write_and_fail(database: SqlDatabase) -> None:
    async with database.transaction() as tx:
        await write(tx, "dropped")
        raise LookupError


async def write_and_lose_the_connection(database: SqlDatabase) -> None:
    async with database.transaction() as tx:
        await write(tx, "lost")
        await session_of(tx).execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_block_that_ends_is_committed_and_one_that_raises_is_not(notes: SqlDatabase) -> None:
    async with notes.transaction() as tx:
        await write(tx, "kept")
    with pytest.raises(LookupError):
        await write_and_fail(notes)
    assert await words(notes) == ["kept"]


async def test_a_cut_connection_commits_nothing_and_the_next_transaction_works(notes: SqlDatabase) -> None:
    with pytest.raises(DatabaseUnavailableError):
        await write_and_lose_the_connection(notes)
    assert await words(notes) == []


async def test_idle_connections_that_died_are_replaced(notes: SqlDatabase) -> None:
    async with notes.transaction() as one, notes.transaction() as two:
        await session_of(one).execute(text("SELECT 1"))
        pid = await session_of(two).scalar(text("SELECT pg_backend_pid()"))
    async with notes.transaction() as tx:
        query = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid AND pid <> pg_backend_pid()"
        )
        await session_of(tx).execute(query, {"pid": pid})
    for number in range(3):
        async with notes.transaction() as tx:
            await write(tx, f"word {number}")
    assert len(await words(notes)) == 3


async def test_a_mistake_in_sql_is_not_an_outage(notes: SqlDatabase) -> None:
    with pytest.raises(ProgrammingError):
        async with notes.transaction() as tx:
            await session_of(tx).execute(text("SELECT * FROM public.nothing_here"))


def test_only_a_sql_transaction_holds_a_session() -> None:
    with pytest.raises(TypeError, match="not Transaction"):
        session_of(Transaction())


def test_tables_lie_in_their_modules_schema() -> None:
    assert metadata_for("rag").schema == "rag"
