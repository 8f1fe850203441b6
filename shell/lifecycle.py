"""Prepares the home directory, opens what the container built, and closes it in order."""

import asyncio
import contextlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
import structlog

from modules.integrations.interface import DatabaseServer, DatabaseServerError
from shell import migrate
from shell.containers import Container, Resolved, build_container, build_server
from shell.settings import Settings

_log = structlog.get_logger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
STARTER_LIBRARY: Final = Path(__file__).resolve().parent.parent / "modules" / "rag" / "starter_library"
KEEP_SECONDS: Final = 2.0


class HomeError(Exception):
    """The home directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A prepared home: the database runs and is migrated."""

    resolved: Resolved
    server: DatabaseServer | None


def quiet(_what: str, _done: int, _total: int) -> None:
    """A Progress that shows nothing."""


def prepare(settings: Settings, on_progress: Progress = quiet) -> Home:
    """Makes the home directory, starts the embedded database when none is named, and migrates it.

    Raises:
        HomeError: the directory cannot be written.
        DatabaseServerError: the embedded database does not start here.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        key = _signing_key(settings)
    except OSError as error:
        raise HomeError(
            f"cannot write in {settings.home} ({error.strerror}); set VIVIDLY_HOME to a directory of your own"
        ) from error
    on_progress("starting the database", 0, 1)
    server, url = _database(settings)
    if migrate.pending(url):
        on_progress("preparing the database", 0, 1)
        migrate.upgrade(url)
    return Home(resolved=Resolved(database_url=url, signing_key=key), server=server)


def release(home: Home) -> None:
    """Stops the embedded database unless another Vividly process is using it."""
    if home.server is None:
        return
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    try:
        with psycopg.connect(home.resolved.database_url, autocommit=True, connect_timeout=3) as connection:
            row = connection.execute(query).fetchone()
    except psycopg.OperationalError:
        return
    if row and row[0] == 0:
        home.server.stop()


@asynccontextmanager
async def opened(
    settings: Settings, on_progress: Progress = quiet, *, library: bool = True, keep_database: bool = False
) -> AsyncIterator[Container]:
    """A working container on a prepared home; closed when the block ends.

    Args:
        settings: as read.
        on_progress: told what is being prepared.
        library: import the starter library into an empty library.
        keep_database: start the embedded database again whenever it dies.
    """
    home = await asyncio.to_thread(prepare, settings, on_progress)
    container = build_container(settings, home.resolved)
    keeper = asyncio.create_task(_keep(home.server)) if keep_database and home.server else None
    try:
        if library:
            await ensure_starter_library(container, on_progress)
        yield container
    finally:
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        await container.doorbell().close()
        await container.database().close()
        await asyncio.to_thread(release, home)


async def _keep(server: DatabaseServer) -> None:
    while True:
        await asyncio.sleep(KEEP_SECONDS)
        try:
            address = await asyncio.to_thread(server.start)
        except DatabaseServerError as error:
            _log.error("the embedded database does not start", reason=str(error))
            continue
        if address.started_here:
            _log.warning("the embedded database had ended; it was started again")


async def ensure_starter_library(container: Container, on_progress: Progress = quiet) -> None:
    """Imports the starter library into an empty library; a library that has any book is left alone."""
    rag = container.rag()
    if not await rag.books():
        await rag.ingest(STARTER_LIBRARY, on_progress=partial(_importing, on_progress))
    await rag.check()


def _importing(on_progress: Progress, what: str, done: int, total: int) -> None:
    on_progress(f"importing the starter library: {what}", done, total)


def _database(settings: Settings) -> tuple[DatabaseServer | None, str]:
    if settings.database_url is not None:
        return None, settings.database_url.get_secret_value()
    if settings.environment == "production":
        _log.warning("embedded database in production")
    server = build_server(settings)
    return server, server.start().url


def _signing_key(settings: Settings) -> bytes:
    if settings.user_auth_signing_key is not None:
        return settings.user_auth_signing_key.get_secret_value().encode()
    path = settings.home / "signing.key"
    if not path.exists():
        # Linked into place whole, so that a process starting at the same moment never reads half a key.
        with tempfile.NamedTemporaryFile("w", dir=settings.home, encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="ascii").strip().encode()
