"""Processes that die, and what is left of the requests they had."""

import asyncio
import os
import signal
import socket
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from modules.content_generation.interface import LessonOrder
from modules.kernel.interface import GradeLevel, Modality
from shell.lifecycle import opened
from shell.settings import Settings
from shell.views import StatusOut, status_of
from tests.e2e.conftest import Home, Running

pytestmark = [pytest.mark.postgres, pytest.mark.media]
STAGES = ("understand", "retrieve", "write", "check", "narrate", "render")
TOPICS = ("momentum", "mitosis", "acids and bases", "plate tectonics", "the water cycle", "probability")


def submit(home: Home, question: str) -> str:
    """A request in the queue, with no worker about."""

    async def put() -> str:
        async with opened(Settings(home=home.path), library=False) as container:
            learner = await container.user_auth().local_learner()
            order = LessonOrder(
                owner_id=learner,
                requested_by=learner,
                query=question,
                grade=GradeLevel(9),
                interest="",
                modalities=tuple(Modality),
                preferred_modality=Modality.TEXT,
            )
            return str(await container.content().submit(order))

    return asyncio.run(put())


def status(home: Home, request_id: str) -> StatusOut:
    async def read() -> StatusOut:
        from uuid import UUID

        from modules.kernel.interface import RequestId

        async with opened(Settings(home=home.path), library=False) as container:
            tracking = container.tracking()
            request = await tracking.get(RequestId(UUID(request_id)))
            return status_of(request, await tracking.ledger(request.id))

    return asyncio.run(read())


@pytest.mark.parametrize(("stage", "topic"), list(zip(STAGES, TOPICS, strict=True)))
def test_a_worker_killed_in_any_stage_leaves_one_lesson_and_one_set_of_ledger_rows(
    home: Home, tmp_path: Path, stage: str, topic: str
) -> None:
    request_id = submit(home, f"Explain {topic} with soccer")
    marker = tmp_path / "killed"
    first = home.start(stage, str(marker), module="tests.e2e.killed_worker")
    first.communicate(timeout=60)
    assert (first.returncode, marker.exists()) == (-signal.SIGKILL, True)
    time.sleep(1.2)  # the dead worker's lease, 1 s here
    assert home.run("worker", "drain").returncode == 0
    ended = status(home, request_id)
    assert ended.state == "completed", ended.message
    assert sorted(ended.available) == ["audio", "text", "video"]
    rows = sorted((row.kind, row.item, float(row.amount_usd)) for row in ended.cost.entries)
    assert rows == [("charge", "audio", 0.012), ("charge", "text", 0.005), ("charge", "video", 0.183)]
    again = {row.name: row.attempts for row in ended.stages}
    assert again == {name: 2 if name == stage else 1 for name in STAGES}


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
    from tests.e2e.conftest import started

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
    from tests.e2e.conftest import started

    with started(home, students) as running:
        worker = running.worker()
        os.kill(running.process.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs([worker], timeout=12)
        assert not alive


def test_a_port_in_use_is_said(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = home.run("start", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "in use" in done.stderr


def test_two_questions_at_once_on_a_new_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("new")
    for part in (folder, *folder.parents[:-2]):
        part.chmod(0o755)
    home = Home(path=folder / "home")
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
