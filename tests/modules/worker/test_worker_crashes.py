"""Workers that are killed, frozen or stopped in mid-job: each effect happens exactly once."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from modules.kernel.database import SqlDatabase
from modules.worker.factory import create_worker
from modules.worker.interface import QueueStats, Worker
from tests.contracts.worker import enqueue
from tests.fakes.integrations import FakeDoorbell

pytestmark = pytest.mark.postgres
_ROOT = Path(__file__).resolve().parents[3]
_JOBS = 40
Spawn = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def effects(queue_url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection to the database that holds the effects."""
    with psycopg.connect(queue_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.effects (job_id uuid NOT NULL, token bigint NOT NULL)")
        yield connection
        connection.execute("DROP TABLE public.effects")


@pytest.fixture
def spawn(queue_url: str) -> Iterator[Spawn]:
    """Starts worker processes; those that live at the end are killed."""
    spawned = []

    def start() -> "subprocess.Popen[bytes]":
        script = Path(__file__).with_name("crashing_worker.py")
        process = subprocess.Popen(
            [sys.executable, str(script), queue_url],
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT)},
            stdout=subprocess.DEVNULL,
        )
        spawned.append(process)
        return process

    yield start
    for process in spawned:
        process.kill()
        process.wait()


@pytest.fixture
def worker(queue: SqlDatabase) -> Worker:
    return create_worker(database=queue, doorbell=FakeDoorbell(), max_attempts=10)


async def _until(ready: Callable[[], bool], *, seconds: float = 30.0, every: float = 0.05) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 - another process gets ready
            await asyncio.sleep(every)


async def test_killed_and_frozen_workers_lose_and_double_nothing(
    worker: Worker, queue: SqlDatabase, effects: "psycopg.Connection[tuple[object, ...]]", spawn: Spawn
) -> None:
    def done() -> int:
        row = effects.execute("SELECT count(*) FROM public.effects").fetchone()
        assert row is not None
        return int(str(row[0]))

    def running() -> int:
        return len(effects.execute("SELECT FROM worker.jobs WHERE state = 'running'").fetchall())

    frozen = spawn()
    first = await enqueue(worker, queue)
    await _until(lambda: done() == 1)
    jobs = {first} | {await enqueue(worker, queue) for _ in range(_JOBS - 1)}

    # Alone, so that what runs is in its hands.
    await _until(lambda: done() >= 8 and running() > 0, every=0.005)
    frozen.send_signal(signal.SIGSTOP)
    await asyncio.sleep(0.1)
    held = running()
    killed = spawn()
    await _until(lambda: done() >= 16 and running() > held, every=0.005)
    killed.kill()
    third = spawn()
    await _until(lambda: done() >= _JOBS // 2)
    await asyncio.sleep(0.8)  # past the frozen one's lease
    frozen.send_signal(signal.SIGCONT)

    await _until(lambda: done() >= _JOBS)
    for process in (frozen, third):
        process.terminate()
        assert await asyncio.to_thread(process.wait, 10) == 0
    rows = effects.execute("SELECT job_id, token FROM public.effects").fetchall()
    assert sorted(str(row[0]) for row in rows) == sorted(map(str, jobs))
    states = effects.execute("SELECT DISTINCT state FROM worker.jobs").fetchall()
    assert states == [("done",)]
    tokens = effects.execute("SELECT max(token) FROM worker.jobs").fetchone()
    assert tokens is not None
    assert int(str(tokens[0])) > 1  # the faults hit jobs, or this test proves nothing


async def test_sigterm_hands_jobs_back_within_ten_seconds(
    worker: Worker, queue: SqlDatabase, effects: "psycopg.Connection[tuple[object, ...]]", spawn: Spawn
) -> None:
    process = spawn()
    for _ in range(100):
        await enqueue(worker, queue)
    await _until(lambda: effects.execute("SELECT 1 FROM public.effects").fetchone() is not None)

    asked = time.monotonic()
    process.terminate()
    assert await asyncio.to_thread(process.wait, 10) == 0

    assert time.monotonic() - asked < 10
    stats = await worker.stats()
    assert stats == QueueStats(queued=stats.queued, running=0, dead=0, oldest_seconds=stats.oldest_seconds)
    assert 0 < stats.queued < 100
