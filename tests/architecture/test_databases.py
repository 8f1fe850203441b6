"""Each module's mappers stand alone, and its migrations make exactly its models, up and down."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from alembic import command
from psycopg import sql

from shell import migrate
from tests.architecture.source_tree import ROOT, module_names

WITH_TABLES: Final = [name for name in module_names() if (ROOT / "modules" / name / "models.py").exists()]
CONFIGURE: Final = """
import sys
import modules.{name}.models as models
assert models.Base.metadata.schema == "{name}", models.Base.metadata.schema
assert {{table.schema for table in models.Base.metadata.tables.values()}} <= {{"{name}"}}
models.Base.registry.configure()
others = [other for other in {others} if f"modules.{{other}}.models" in sys.modules]
assert not others, others
"""
BREAK_ONE: Final = """
from sqlalchemy import Integer
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import mapped_column, relationship
import modules.rag.models as broken
import modules.worker.models as sound

class SeedRow(broken.Base):
    __tablename__ = "seed"
    id = mapped_column(Integer, primary_key=True)
    owner = relationship("HalfBuiltOrganization")

try:
    broken.Base.registry.configure()
except InvalidRequestError:
    pass
else:
    raise SystemExit("the broken relationship was not noticed")
sound.Base.registry.configure()
"""


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_module_configures_its_mappers_alone(name: str) -> None:
    others = [other for other in WITH_TABLES if other != name]
    done = run(CONFIGURE.format(name=name, others=others))
    assert done.returncode == 0, done.stderr


def test_a_broken_model_stays_in_its_module() -> None:
    done = run(BREAK_ONE)
    assert done.returncode == 0, done.stderr + done.stdout


def test_every_module_with_tables_has_a_migration_history() -> None:
    assert set(WITH_TABLES) == set(migrate.MODULES)


@pytest.fixture
def empty_url(postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]") -> Iterator[str]:
    """A database without a table."""
    name = sql.Identifier("vividly_migrations")
    postgres_admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
    yield f"{postgres_url.rpartition('/')[0]}/vividly_migrations"
    postgres_admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def tables(url: str) -> set[str]:
    """The tables of every module, without Alembic's own."""
    query = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s)"
    with psycopg.connect(url) as connection:
        found = {str(row[0]) for row in connection.execute(query, (list(migrate.MODULES),))}
    return {name for name in found if not name.endswith(".alembic_version")}


@pytest.mark.postgres
def test_migrations_make_the_models_and_can_be_taken_back(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    assert migrate.drift(empty_url) == []
    assert migrate.pending(empty_url) == []
    made = tables(empty_url)
    for module in migrate.MODULES:
        command.downgrade(migrate.config_for(module, empty_url), "base")
    assert tables(empty_url) == set()
    migrate.upgrade(empty_url)
    assert tables(empty_url) == made
    assert migrate.drift(empty_url) == []


@pytest.mark.postgres
def test_a_column_that_no_model_knows_is_drift(database_url: str) -> None:
    table = min(tables(database_url))
    schema, _, name = table.partition(".")
    with psycopg.connect(database_url, autocommit=True) as connection:
        statement = sql.SQL("ALTER TABLE {}.{} ADD COLUMN seed integer")
        connection.execute(statement.format(sql.Identifier(schema), sql.Identifier(name)))
    found = migrate.drift(database_url)
    assert len(found) == 1
    assert found[0].startswith(f"{schema}: ")
