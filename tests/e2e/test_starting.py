"""Starting, being cut off while starting, and what the next start makes of it."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs
from typing_extensions import override

from modules.integrations.interface import DatabaseAddress, DatabaseServer
from modules.kernel.interface import DatabaseUnavailableError
from modules.rag.interface import Book
from shell import diagnosis, lifecycle
from shell.cli.start import _config
from shell.containers import Resolved, build_container
from shell.embedded_postgres.hold import Hold
from shell.lifecycle import STARTER_SLUG, ensure_starter_library, lacks_starter_library, opened, prepare, release
from shell.settings import Settings, SettingsError
from shell.worker_main import LEFTOVER_SECONDS, sweep
from tests.e2e.conftest import Home, free_port

pytestmark = pytest.mark.postgres
WHOLE = Book(
    slug=STARTER_SLUG,
    title="",
    edition="1",
    language="en",
    subject="general",
    license="",
    license_url="",
    authors=(),
    source_url="",
    attribution="",
    topics=40,
    passages=300,
    embedded=300,
)


@pytest.fixture
def new() -> Iterator[Home]:
    """A home that was never started."""
    with tempfile.TemporaryDirectory(prefix="vividly-e2e-") as folder:
        Path(folder).chmod(0o755)
        yield Home(path=Path(folder) / "home")


def servers_of(home: Home) -> list[psutil.Process]:
    cluster = str(home.path / "postgres" / "pg18")
    found = psutil.process_iter(["name", "cmdline"])
    return [process for process in found if cluster in (process.info["cmdline"] or [])]


@pytest.mark.parametrize("step", ["starting the database", "preparing the database", "importing"])
def test_a_first_start_that_is_interrupted_leaves_no_database_running(step: str, new: Home) -> None:
    process = new.start("start", "--port", str(free_port()), "--no-worker")
    assert process.stdout
    for line in process.stdout:
        if line.startswith(step):
            break
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert servers_of(new) == []


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--host", "no-such-host.invalid"], 1, "Cannot listen on no-such-host.invalid"),
        (["--host", "192.0.2.1"], 1, "Cannot listen on 192.0.2.1"),
        (["--host", "a..b"], 1, "Cannot listen on a..b"),
        (["--port", "0"], 2, "Invalid value for '--port'"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_said(options: list[str], code: int, sentence: str, new: Home) -> None:
    done = new.run("start", *options)
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not new.path.exists()


async def test_the_address_that_a_client_claims_is_not_believed(shared_database_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    container = build_container(settings, Resolved(database_url=shared_database_url, signing_key=b"k" * 32))
    assert not _config(settings, container).proxy_headers


@pytest.mark.parametrize(
    ("books", "weights", "lacks"),
    [
        ([], True, True),
        ([WHOLE], True, False),
        ([replace(WHOLE, topics=39)], True, True),
        ([replace(WHOLE, topics=39)], False, True),
        ([replace(WHOLE, embedded=299)], True, True),
        ([replace(WHOLE, embedded=0)], False, False),
        ([replace(WHOLE, slug="physics", topics=3, embedded=0)], True, False),
        ([replace(WHOLE, topics=39), replace(WHOLE, slug="physics")], True, False),
    ],
)
def test_what_is_missing_is_seen(
    books: list[Book], weights: bool, lacks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "weights_installed", lambda: weights)
    assert lacks_starter_library(books) == lacks


async def test_an_import_that_was_cut_off_is_completed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "weights_installed", lambda: False)
    settings = Settings(home=tmp_path, database_url=SecretStr(database_url))

    class CutError(Exception):
        pass

    def cut(what: str, done: int, _total: int) -> None:
        if "storing" in what and done == 39:
            raise CutError

    with pytest.raises(CutError):
        async with opened(settings, cut):
            pass
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM rag.section").fetchone() == (39,)
        assert connection.execute("SELECT count(*) FROM rag.lexeme").fetchone() == (0,)
    cut_off = await asyncio.to_thread(diagnosis.diagnose, settings)
    assert [(at.status, "vividly start" in at.advice) for at in cut_off if at.name == "library"] == [("warn", True)]

    def until_it_serves(what: str, done: int, total: int) -> None:
        if "switching" in what and done == total:
            raise CutError

    with pytest.raises(CutError):
        async with opened(settings, until_it_serves):
            pass
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM rag.section").fetchone() == (40,)
        assert connection.execute("SELECT count(*) > 0 FROM rag.lexeme").fetchone() == (True,)
    async with opened(settings, library=False) as container:
        begin = time.monotonic()
        await ensure_starter_library(container)
        assert time.monotonic() - begin < 0.3


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path, postgres_url: str) -> None:
    for url in ("postgresql://me:secret-word@127.0.0.1:1/x", postgres_url.replace("vividly:", "vividly:secret-word")):
        with pytest.raises(DatabaseUnavailableError, match=r"does not answer or refuses") as caught:
            prepare(Settings(home=tmp_path, database_url=SecretStr(url)))
        assert "secret-word" not in str(caught.value)


def test_a_database_address_that_is_none_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="VIVIDLY_DATABASE_URL") as caught:
        prepare(Settings(home=tmp_path, database_url=SecretStr("postgresql://me:sec/ret@127.0.0.1/x bad=1 oops")))
    assert "sec" not in str(caught.value).replace("password", "")


def test_a_preparation_that_fails_stops_the_database_that_it_started(
    new: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_url: str) -> list[str]:
        raise psycopg.OperationalError("too many connections")

    monkeypatch.setattr("shell.migrate.pending", refuse)
    with pytest.raises(DatabaseUnavailableError, match="too many"):
        prepare(Settings(home=new.path))
    assert servers_of(new) == []


def test_a_prepared_home_keeps_its_database_before_it_connects(new: Home) -> None:
    first, second = prepare(Settings(home=new.path)), prepare(Settings(home=new.path))
    release(first)
    with psycopg.connect(second.resolved.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    release(second)
    assert servers_of(new) == []
    release(second)


async def test_a_database_that_comes_back_elsewhere_is_reported(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Moved(DatabaseServer):
        @override
        def start(self) -> DatabaseAddress:
            return DatabaseAddress(url=postgres_url, pid=1, started_here=True)

        @override
        def stop(self) -> None:
            pytest.fail("somebody else is connected")

    monkeypatch.setattr(lifecycle, "KEEP_SECONDS", 0.01)
    hold = Hold(server=Moved(), home=tmp_path)
    with capture_logs() as logs, psycopg.connect(postgres_url):
        keeper = asyncio.create_task(lifecycle._keep(hold, f"{postgres_url}_before"))
        for _ in range(200):
            await asyncio.sleep(0.02)
            if len(logs) > 1:
                break
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await asyncio.to_thread(hold.release)
    assert any(entry["log_level"] == "error" and "restart" in entry["event"] for entry in logs)


def test_a_worker_removes_only_what_is_old(tmp_path: Path) -> None:
    sweep(tmp_path / "none")
    for name, age in (("old", LEFTOVER_SECONDS + 60), ("new", LEFTOVER_SECONDS - 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "frames").touch()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    (tmp_path / "kept.txt").touch()
    os.utime(tmp_path / "kept.txt", (0, 0))
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt", "new"]
