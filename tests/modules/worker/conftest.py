"""An empty queue in the shared database: cheaper than a database for each test."""

from collections.abc import Iterator

import psycopg
import pytest

from modules.kernel.database import SqlDatabase


@pytest.fixture
def queue_url(shared_database_url: str) -> Iterator[str]:
    """The address of the database with the empty queue."""
    with psycopg.connect(shared_database_url, autocommit=True) as connection:
        connection.execute("TRUNCATE worker.jobs, worker.dead_letters")
        yield shared_database_url
        connection.execute("TRUNCATE worker.jobs, worker.dead_letters")


@pytest.fixture
def queue(queue_url: str, shared_database: SqlDatabase) -> SqlDatabase:
    """The database with the empty queue."""
    assert queue_url
    return shared_database
