"""PostgreSQL once a session, one migrated template, and a clone of it for each test that asks for one.

- `postgres_url`: the server's own database; for tests about the server.
- `database_url`, `database`: an empty migrated database of the test's own (about 50 ms).
- `shared_database_url`, `shared_database`: one migrated database for all tests that read, or write unique keys.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from modules.integrations.local.embedder import MiniLmEmbedder
from modules.kernel.database import SqlDatabase
from shell import migrate
from shell.embedded_postgres.server import EmbeddedPostgres
from tests.fakes.kernel import FakeClock
from tests.memory_disk import memory_disk

_TEMPLATE = "vividly_template"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL with pgvector; nothing survives the session, so nothing waits for the disk."""
    home = Path(tempfile.mkdtemp(prefix="vividly-tests-", dir=memory_disk()))
    home.chmod(0o711)  # as root, the account that PostgreSQL runs as must reach it
    quick = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "max_wal_size": "4GB"}
    server = EmbeddedPostgres(home=home, settings=quick)
    try:
        yield server.start().url
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator["psycopg.Connection[tuple[str, ...]]"]:
    """The connection that creates and drops the tests' databases."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def template(postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]") -> str:
    """The name of a database with every module's migrations."""
    postgres_admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    migrate.upgrade(_with_name(postgres_url, _TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def database_url(
    postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]", template: str
) -> Iterator[str]:
    """A migrated database of the test's own."""
    yield from _clone(postgres_url, postgres_admin, template)


@pytest.fixture(scope="session")
def shared_database_url(
    postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]", template: str
) -> Iterator[str]:
    """A migrated database that tests share: read, or write under keys that no other test uses."""
    yield from _clone(postgres_url, postgres_admin, template)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[SqlDatabase]:
    """A migrated database of the test's own, closed after it."""
    opened = SqlDatabase(url=database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def shared_database(shared_database_url: str) -> AsyncIterator[SqlDatabase]:
    """The shared database; its connections belong to this test's event loop."""
    opened = SqlDatabase(url=shared_database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> MiniLmEmbedder:
    """The real embedder; building its graph takes some seconds, once a session."""
    return MiniLmEmbedder(data_directory=tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def oer_dir() -> Path:
    """The open textbooks; they are not part of the project."""
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "oer"
    found = Path(os.environ.get("VIVIDLY_OER_DIR", beside))
    if not found.is_dir():
        pytest.skip(f"no open textbooks at {found}; set VIVIDLY_OER_DIR to their directory")
    return found


def _clone(url: str, admin: "psycopg.Connection[tuple[str, ...]]", template: str) -> Iterator[str]:
    name = f"vividly_test_{next(_numbers)}"
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    yield _with_name(url, name)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _with_name(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"
