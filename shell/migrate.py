"""Runs and checks the migration history of every module."""

from pathlib import Path
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

MODULES: Final = (
    "rag",
    "curation",
    "imports",
    "worker",
    "request_tracking",
    "user_auth",
    "model_writing",
    "content_generation",
    "lesson_feedback",
)
_INI: Final = Path(__file__).resolve().parent.parent / "migrations" / "alembic.ini"
_LOCK: Final = 4_207_001


def config_for(module: str, url: str) -> Config:
    """The Alembic configuration of one module on one database."""
    config = Config(str(_INI), ini_section=module)
    driver_url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    config.set_section_option(module, "sqlalchemy.url", driver_url.replace("%", "%%"))
    return config


def upgrade(url: str) -> list[str]:
    """Migrates every module to its newest revision, one process at a time; returns `module revision` lines."""
    with psycopg.connect(url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        guard.execute("CREATE EXTENSION IF NOT EXISTS vector")
        for module in MODULES:
            command.upgrade(config_for(module, url), "head")
        return [f"{module} {_head(module, url)}" for module in MODULES]


def pending(url: str) -> list[str]:
    """Modules whose database is not at the newest revision."""
    with psycopg.connect(url, autocommit=True) as connection:
        return [module for module in MODULES if _current(connection, module) != _head(module, url)]


def drift(url: str) -> list[str]:
    """Modules whose models and tables differ, with the difference."""
    found = []
    for module in MODULES:
        try:
            command.check(config_for(module, url))
        except CommandError as error:
            found.append(f"{module}: {error}")
    return found


def _head(module: str, url: str) -> str | None:
    return ScriptDirectory.from_config(config_for(module, url)).get_current_head()


def _current(connection: "psycopg.Connection[tuple[str]]", module: str) -> str | None:
    exists = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{module}.alembic_version",)).fetchone()
    if not exists or not exists[0]:
        return None
    row = connection.execute(
        psycopg.sql.SQL("SELECT version_num FROM {}.alembic_version").format(psycopg.sql.Identifier(module))
    ).fetchone()
    return row[0] if row else None
