"""The doorbell over a database that goes away and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator

import psycopg
import pytest
from structlog.testing import capture_logs

from modules.integrations.local.doorbell import PostgresDoorbell

pytestmark = pytest.mark.postgres

NOWHERE = "postgresql://vividly:secret-word@127.0.0.1:1/vividly"
COUNT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'vividly doorbell'"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vividly doorbell'"


@pytest.fixture
async def doorbell(postgres_url: str) -> AsyncIterator[PostgresDoorbell]:
    bell = PostgresDoorbell(url=postgres_url)
    yield bell
    await bell.close()


def cut_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CUT)


def count_falls_to_zero(url: str) -> bool:
    deadline = time.monotonic() + 5
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            if connection.execute(COUNT).fetchone() == (0,):
                return True
    return False


async def test_ringing_and_listening_survive_a_cut_connection(doorbell: PostgresDoorbell, postgres_url: str) -> None:
    async with doorbell.listen("jobs") as messages:
        await doorbell.ring("jobs", "before")
        assert await anext(messages) == "before"
        heard = asyncio.ensure_future(anext(messages))
        await asyncio.to_thread(cut_connections, postgres_url)
        async with asyncio.timeout(10):
            while not heard.done():
                await doorbell.ring("jobs", "after")
                await asyncio.wait([heard], timeout=0.1)
        assert heard.result() == "after"


async def test_a_ring_without_a_database_is_lost_and_logged_without_the_password() -> None:
    bell = PostgresDoorbell(url=NOWHERE)
    with capture_logs() as logs:
        await bell.ring("jobs", "nobody")
    assert [entry["event"] for entry in logs] == ["ring_lost"]
    assert "secret-word" not in str(logs)


async def test_listening_without_a_database_is_silence() -> None:
    with capture_logs() as logs:
        async with PostgresDoorbell(url=NOWHERE).listen("jobs") as messages:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await anext(messages)
    assert {entry["event"] for entry in logs} == {"doorbell_silent"}


@pytest.mark.parametrize("message", ["x" * 9_000, "nul\0"])
async def test_a_message_that_postgres_refuses_is_lost_and_logged(doorbell: PostgresDoorbell, message: str) -> None:
    with capture_logs() as logs:
        await doorbell.ring("jobs", message)
    assert [entry["event"] for entry in logs] == ["ring_lost"]


async def test_listening_leaves_no_connection_behind(doorbell: PostgresDoorbell, postgres_url: str) -> None:
    async with doorbell.listen("jobs"):
        pass
    assert await asyncio.to_thread(count_falls_to_zero, postgres_url)


async def test_the_first_ring_after_a_cut_connection_is_heard(doorbell: PostgresDoorbell, postgres_url: str) -> None:
    await doorbell.ring("jobs", "before")
    await asyncio.to_thread(cut_connections, postgres_url)
    async with doorbell.listen("jobs") as messages:
        await doorbell.ring("jobs", "after")
        async with asyncio.timeout(5):
            assert await anext(messages) == "after"
