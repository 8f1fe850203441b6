"""Processes that die, and what is left of the requests they had."""

import asyncio
import json
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from shell.lifecycle import opened
from shell.settings import Settings
from tests.e2e.conftest import Home, Running, started

pytestmark = [pytest.mark.postgres, pytest.mark.media]


def test_a_worker_that_dies_beside_the_api_is_replaced(running: Running) -> None:
    path = running.ask("Explain the rock cycle with music", "text", "audio", "video")
    time.sleep(0.3)
    running.worker().send_signal(signal.SIGKILL)
    ended = running.ended(path)
    assert ended["state"] == "completed", ended["message"]
    assert ended["cost"]["total_usd"] == 0.2
    assert len(ended["cost"]["entries"]) == 3


def test_a_killed_database_comes_back_and_nothing_is_lost(running: Running, home: Home) -> None:
    before = running.ask("Explain natural selection with fashion", "text")
    assert running.ended(before)["state"] == "completed"
    postmaster(home).send_signal(signal.SIGKILL)
    time.sleep(0.5)
    for _ in range(150):
        if running.client.get("/health/ready").status_code == 200:
            break
        time.sleep(0.1)
    assert running.client.get(before).json()["state"] == "completed"
    after = running.ended(running.ask("Explain the seasons with cooking", "text"))
    assert after["state"] == "completed"


def postmaster(home: Home) -> psutil.Process:
    async def pid() -> int:
        async with opened(Settings(home=home.path), library=False) as container:
            url = str(container.resolved().database_url)
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
            assert row
            return psutil.Process(row[0]).ppid()

    return psutil.Process(asyncio.run(pid()))


def test_interrupting_start_ends_worker_and_database_within_ten_seconds(home: Home, students: dict[str, str]) -> None:
    with started(home, students) as running:
        worker, database = running.worker(), postmaster(home)
        begin = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(15)
        assert time.monotonic() - begin < 10
        assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
        psutil.wait_procs([database], timeout=5)
        assert not database.is_running()


def test_a_worker_ends_when_its_parent_is_killed(home: Home, students: dict[str, str]) -> None:
    with started(home, students) as running:
        worker = running.worker()
        os.kill(running.process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs([worker], timeout=12)
        assert not alive


def test_a_reader_who_leaves_the_events_leaves_no_trace(home: Home, students: dict[str, str]) -> None:
    with started(home, students) as running:
        path = running.ask("Explain photosynthesis with films", "text", "audio")
        with running.client.stream("GET", f"{path}/events") as events:
            next(events.iter_lines())
        assert running.ended(path)["state"] == "completed"
        running.process.send_signal(signal.SIGINT)
        said, _ = running.process.communicate(timeout=20)
    assert "Traceback" not in said
    assert "unexpected" not in said


def test_ctrl_c_ends_a_question_cleanly(home: Home) -> None:
    process = home.start("ask", "Explain the periodic table with dancing", "--modality", "video")
    assert process.stdout
    before = ""
    # A stage that is over in a moment may go unsaid.
    while not before.endswith(("Narrating\n", "Rendering the video\n")) and process.poll() is None:
        before += process.stdout.readline()
    process.send_signal(signal.SIGINT)
    after, _ = process.communicate(timeout=20)
    assert process.returncode == 130, before + after
    assert "Stopped: the request is cancelled" in after
    assert "Traceback" not in after
    drained = home.run("worker", "drain", "--json")
    assert json.loads(drained.stdout) == {"ended": 0}


def test_a_port_in_use_is_said(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = home.run("start", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "in use" in done.stderr


def test_two_questions_at_once_on_a_new_home(kept: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("new")
    for part in (folder, *folder.parents[:-2]):
        part.chmod(0o755)
    home = Home(path=folder / "home")
    shutil.copytree(kept.path / "models", home.path / "models")
    both = [home.start("ask", "Explain photosynthesis", "--json") for _ in range(2)]
    outputs = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory", encoding="utf-8")
    done = Home(path=blocked / "home").run("library", "list")
    assert done.returncode == 1
    assert "VIVIDLY_HOME" in done.stderr
    assert "Traceback" not in done.stderr
