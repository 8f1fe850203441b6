"""Leases and fences on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from typing_extensions import override

from modules.kernel.database import SqlDatabase, session_of
from modules.kernel.interface import Database, DatabaseUnavailableError, JobId, Transaction
from modules.worker.domain import Holding
from modules.worker.factory import create_worker
from modules.worker.interface import (
    DeadLetter,
    Done,
    Job,
    JobOutcome,
    Lease,
    LeaseLostError,
    Postpone,
    Retry,
    RunMode,
    Worker,
)
from modules.worker.pipeline.lease import JobLease
from modules.worker.repository import JobRepository
from tests.contracts.worker import MAX_ATTEMPTS, RecordingHandler, drain, enqueue
from tests.fakes.integrations import FakeDoorbell

pytestmark = pytest.mark.postgres


def quick_worker(database: Database, **settings: float) -> Worker:
    """A worker whose pauses suit a test."""
    pace = {"lease_seconds": 5.0, "poll_seconds": 0.05, "retry_seconds": 0.02} | settings
    return create_worker(database=database, doorbell=FakeDoorbell(), max_attempts=MAX_ATTEMPTS, **pace)


async def crash(database: Database, *, lease_seconds: float = 0.0) -> Job:
    """Claims a job as a worker would that is killed right after."""
    async with database.transaction() as tx:
        (job,) = await JobRepository().claim(["test"], 1, lease_seconds=lease_seconds, tx=tx)
    return job


async def test_a_zombie_can_write_nothing(queue: SqlDatabase) -> None:
    jobs, worker = JobRepository(), quick_worker(queue)
    await enqueue(worker, queue)
    zombie = await crash(queue)
    handler = RecordingHandler(Done())
    await drain(worker, handler)
    assert [(job.attempt, job.token) for job in handler.seen] == [(2, 2)]

    async with queue.transaction() as tx:
        lease = JobLease(job=zombie, jobs=jobs)
        with pytest.raises(LeaseLostError):
            await lease.hold(tx=tx)
        with pytest.raises(LeaseLostError):
            await lease.finish(tx=tx)
        assert await jobs.renew(zombie, lease_seconds=60, tx=tx) is Holding.LOST
        assert not await jobs.reschedule(zombie, after_seconds=0, counted=True, reason="", message="", tx=tx)
        assert not await jobs.bury(zombie, reason="", message="", tx=tx)
    assert await worker.dead_letters() == []
    assert await drain(worker, handler) == 0


async def test_a_zombie_is_refused_while_the_next_one_works(queue: SqlDatabase) -> None:
    worker = quick_worker(queue)
    await enqueue(worker, queue)
    zombie = await crash(queue)

    async def meet_the_zombie(job: Job, lease: Lease) -> JobOutcome:
        async with queue.transaction() as tx:
            await lease.hold(tx=tx)
        async with queue.transaction() as tx:
            with pytest.raises(LeaseLostError):
                await JobLease(job=zombie, jobs=JobRepository()).hold(tx=tx)
        assert job.token == zombie.token + 1
        return Done()

    assert await drain(worker, RecordingHandler(meet_the_zombie)) == 1
    assert await worker.dead_letters() == []


async def test_a_lease_that_runs_is_nobody_elses(queue: SqlDatabase) -> None:
    worker = quick_worker(queue)
    await enqueue(worker, queue)
    await crash(queue, lease_seconds=60)

    assert await drain(worker, RecordingHandler(Done())) == 0
    assert (await worker.stats()).running == 1


async def test_the_heartbeat_keeps_a_long_job(queue: SqlDatabase) -> None:
    started = asyncio.Event()

    async def long(_job: Job, _lease: Lease) -> JobOutcome:
        started.set()
        await asyncio.sleep(1.2)
        return Done()

    handler, other = RecordingHandler(long), RecordingHandler(Done())
    worker = quick_worker(queue, lease_seconds=0.4)
    await enqueue(worker, queue)
    running = asyncio.create_task(drain(worker, handler))
    await started.wait()
    while not running.done():
        await drain(worker, other)
        await asyncio.sleep(0.05)

    assert (await running, handler.attempts, other.seen) == (1, [1], [])


async def test_a_transaction_longer_than_the_lease_keeps_the_job(queue: SqlDatabase) -> None:
    started = asyncio.Event()

    async def long_write(_job: Job, lease: Lease) -> JobOutcome:
        async with queue.transaction() as tx:
            await lease.hold(tx=tx)
            started.set()
            await asyncio.sleep(0.6)
            await lease.finish(tx=tx)
        return Done()

    handler, other = RecordingHandler(long_write), RecordingHandler(Done())
    worker = quick_worker(queue, lease_seconds=0.2)
    await enqueue(worker, queue)
    running = asyncio.create_task(drain(worker, handler))
    await started.wait()
    while not running.done():
        await drain(worker, other)
        await asyncio.sleep(0.05)

    assert (await running, other.seen) == (1, [])


async def test_a_held_job_is_not_taken_before_the_transaction_ends(queue: SqlDatabase) -> None:
    jobs, worker = JobRepository(), quick_worker(queue)
    await enqueue(worker, queue)
    late = await crash(queue)
    async with queue.transaction() as tx:
        await JobLease(job=late, jobs=jobs).hold(tx=tx)
        async with queue.transaction() as other:
            assert await jobs.requeue_expired(tx=other) == []
        await JobLease(job=late, jobs=jobs).finish(tx=tx)

    assert await drain(worker, RecordingHandler(Done())) == 0


async def test_a_handler_that_lost_its_lease_is_stopped(queue: SqlDatabase) -> None:
    stopped = asyncio.Event()

    async def robbed(job: Job, _lease: Lease) -> JobOutcome:
        async with queue.transaction() as tx:
            steal = text("UPDATE worker.jobs SET token = token + 1 WHERE id = :id")
            await session_of(tx).execute(steal, {"id": job.id})
        try:
            await asyncio.sleep(5)
        finally:
            stopped.set()
        return Done()

    worker = quick_worker(queue)
    await enqueue(worker, queue)

    assert await drain(worker, RecordingHandler(robbed)) == 0
    assert stopped.is_set()
    assert (await worker.stats()).running == 1


async def test_lease_lost_in_a_handler_has_no_outcome(queue: SqlDatabase) -> None:
    async def lost(_job: Job, _lease: Lease) -> JobOutcome:
        raise LeaseLostError

    worker = quick_worker(queue)
    await enqueue(worker, queue)

    assert await drain(worker, RecordingHandler(lost)) == 0
    assert ((await worker.stats()).running, await worker.dead_letters()) == (1, [])


async def test_a_job_that_kills_every_worker_is_buried(queue: SqlDatabase) -> None:
    worker, handler = quick_worker(queue), RecordingHandler(Done())
    job_id = await enqueue(worker, queue)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert (await crash(queue)).attempt == attempt
        async with queue.transaction() as tx:
            await JobRepository().requeue_expired(tx=tx)

    await drain(worker, handler)

    assert handler.seen == []
    assert handler.given_up == [(job_id, "crashed")]
    assert [(letter.reason, letter.attempts) for letter in await worker.dead_letters()] == [("crashed", MAX_ATTEMPTS)]


async def test_a_handler_that_cannot_give_up_does_not_keep_its_job_alive(queue: SqlDatabase) -> None:
    class Stubborn(RecordingHandler):
        @override
        async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
            await session_of(tx).execute(text("CREATE TABLE public.half_done ()"))
            raise KeyError(reason)

    worker = quick_worker(queue)
    await enqueue(worker, queue)

    await drain(worker, Stubborn(DeadLetter(reason="bad", message="It is bad.")))

    (letter,) = await worker.dead_letters()
    assert (letter.reason, letter.message) == ("bad", "It is bad. Its handler could not end its own state (crashed).")
    async with queue.transaction() as tx:
        left = await session_of(tx).scalar(text("SELECT to_regclass('public.half_done')"))
    assert left is None


async def test_gave_up_and_the_dead_letter_are_one_transaction(queue: SqlDatabase) -> None:
    seen: list[int] = []

    class Looking(RecordingHandler):
        @override
        async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
            for transaction in (tx, None):
                async with queue.transaction() as other:
                    count = text("SELECT count(*) FROM worker.dead_letters")
                    seen.append(await session_of(transaction or other).scalar(count) or 0)

    worker = quick_worker(queue)
    await enqueue(worker, queue)
    await drain(worker, Looking(DeadLetter(reason="bad", message="")))

    assert seen == [1, 0]


async def test_a_message_with_a_nul_can_be_stored(queue: SqlDatabase) -> None:
    worker = quick_worker(queue)
    await enqueue(worker, queue)
    await drain(worker, RecordingHandler(DeadLetter(reason="bad", message="a\x00b" + "c" * 5000)))

    (letter,) = await worker.dead_letters()
    assert (letter.message[:3], len(letter.message)) == ("abc", 2000)


async def test_two_workers_share_the_jobs(queue: SqlDatabase) -> None:
    one, two = RecordingHandler(Done()), RecordingHandler(Done())
    worker = quick_worker(queue)
    jobs = {await enqueue(worker, queue) for _ in range(30)}

    ended = await asyncio.gather(drain(worker, one), drain(quick_worker(queue), two))

    seen = [job.id for job in one.seen + two.seen]
    assert sum(ended) == len(seen) == 30
    assert set(seen) == jobs


async def test_a_retry_waits_longer_each_time(queue: SqlDatabase) -> None:
    moments: list[float] = []

    async def fail(_job: Job, _lease: Lease) -> JobOutcome:
        moments.append(asyncio.get_running_loop().time())
        return Retry(reason="down")

    worker = quick_worker(queue, retry_seconds=0.4, poll_seconds=5.0)
    await enqueue(worker, queue)
    await drain(worker, RecordingHandler(fail))

    first, second = moments[1] - moments[0], moments[2] - moments[1]
    assert 0.2 <= first < 0.8
    assert 0.4 <= second < 1.6


async def test_draining_does_not_wait_for_what_comes_much_later(queue: SqlDatabase) -> None:
    worker = quick_worker(queue)
    await enqueue(worker, queue)
    async with asyncio.timeout(5):
        assert await drain(worker, RecordingHandler(Postpone(after_seconds=61))) == 1
    assert (await worker.stats()).queued == 1


async def test_a_ring_wakes_a_worker_and_a_lost_ring_only_delays_it(queue: SqlDatabase) -> None:
    for deaf, poll_seconds in ((False, 30.0), (True, 0.3)):
        done = asyncio.Event()

        async def finish(_job: Job, _lease: Lease, done: asyncio.Event = done) -> JobOutcome:
            done.set()
            return Done()

        doorbell = FakeDoorbell()
        doorbell.broken = deaf
        worker = create_worker(database=queue, doorbell=doorbell, poll_seconds=poll_seconds)
        stop = asyncio.Event()
        serving = asyncio.create_task(worker.run({"test": RecordingHandler(finish)}, mode=RunMode.SERVE, stop=stop))
        await asyncio.sleep(0.1)
        job_id = await enqueue(worker, queue)
        async with asyncio.timeout(3):
            await worker.wake(job_id)
            await done.wait()
            stop.set()
            await serving


class RefusingDoorbell(FakeDoorbell):
    """Refuses listeners, against its contract."""

    @override
    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        raise DatabaseUnavailableError


async def test_a_broken_doorbell_stops_nothing(queue: SqlDatabase) -> None:
    worker = create_worker(database=queue, doorbell=RefusingDoorbell(), poll_seconds=0.05)
    await enqueue(worker, queue)
    assert await drain(worker, RecordingHandler(Done())) == 1


class PatchyDatabase(Database):
    """A database that goes away and comes back."""

    def __init__(self, *, database: SqlDatabase) -> None:
        self._database = database
        self.away = False
        self.refused = 0

    @override
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        if self.away:
            self.refused += 1
            raise DatabaseUnavailableError
        async with self._database.transaction() as tx:
            yield tx

    @override
    async def ping(self) -> None:
        await self._database.ping()


async def test_an_outage_costs_time_and_no_job(queue: SqlDatabase) -> None:
    patchy = PatchyDatabase(database=queue)
    worker = quick_worker(patchy)

    async def outlive(_job: Job, _lease: Lease) -> JobOutcome:
        patchy.away = True
        return Done()

    await enqueue(worker, queue)
    await enqueue(worker, queue)
    handler = RecordingHandler(outlive)
    running = asyncio.create_task(drain(worker, handler, concurrency=1))
    for _ in range(2):
        async with asyncio.timeout(5):
            while not patchy.away or patchy.refused < 3:  # noqa: ASYNC110 - the worker notices by itself
                await asyncio.sleep(0.01)
        assert not running.done()
        patchy.away, patchy.refused = False, 0

    assert await running == 2
    assert handler.attempts == [1, 1]
    assert (await worker.stats()).running == 0


async def test_cut_connections_cost_no_job(queue: SqlDatabase, queue_url: str) -> None:
    cut = asyncio.Event()

    async def survive(_job: Job, lease: Lease) -> JobOutcome:
        await cut.wait()
        async with queue.transaction() as tx:
            await lease.hold(tx=tx)
            await lease.finish(tx=tx)
        return Done()

    worker = quick_worker(queue)
    await enqueue(worker, queue)
    handler = RecordingHandler(survive)
    running = asyncio.create_task(drain(worker, handler))
    await asyncio.sleep(0.2)
    with psycopg.connect(queue_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'vividly'"
        )
    cut.set()

    assert await running == 1
    assert handler.attempts == [1]


async def test_stopping_waits_for_no_stubborn_handler(queue: SqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modules.worker.pipeline.loop._GRACE_SECONDS", 0.05)
    monkeypatch.setattr("modules.worker.pipeline.loop._HAND_BACK_SECONDS", 0.5)
    monkeypatch.setattr("modules.worker.pipeline.execution._UNWIND_SECONDS", 0.1)
    stop, released = asyncio.Event(), asyncio.Event()

    async def ignore_cancellation(_job: Job, _lease: Lease) -> JobOutcome:
        stop.set()
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        return Done()

    worker = quick_worker(queue)
    await enqueue(worker, queue)
    async with asyncio.timeout(3):
        assert await worker.run({"test": RecordingHandler(ignore_cancellation)}, mode=RunMode.SERVE, stop=stop) == 0
    assert (await worker.stats()).queued == 1
    released.set()


async def test_a_job_that_ends_while_stopping_is_done(queue: SqlDatabase) -> None:
    stop = asyncio.Event()

    async def nearly_done(_job: Job, _lease: Lease) -> JobOutcome:
        stop.set()
        await asyncio.sleep(0.2)
        return Done()

    worker = quick_worker(queue)
    await enqueue(worker, queue)
    assert await worker.run({"test": RecordingHandler(nearly_done)}, mode=RunMode.SERVE, stop=stop) == 1


async def test_a_cancelled_run_hands_back(queue: SqlDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modules.worker.pipeline.loop._GRACE_SECONDS", 0.05)
    started = asyncio.Event()

    async def hang(_job: Job, _lease: Lease) -> JobOutcome:
        started.set()
        await asyncio.Event().wait()
        return Done()

    worker = quick_worker(queue)
    await enqueue(worker, queue)
    running = asyncio.create_task(drain(worker, RecordingHandler(hang)))
    async with asyncio.timeout(5):
        await started.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    handler = RecordingHandler(Done())
    await drain(worker, handler)
    assert handler.attempts == [1]


async def test_a_handler_that_cancels_itself_has_crashed(queue: SqlDatabase) -> None:
    async def give_in(_job: Job, _lease: Lease) -> JobOutcome:
        raise asyncio.CancelledError

    handler, worker = RecordingHandler(give_in), quick_worker(queue)
    job_id = await enqueue(worker, queue)
    await drain(worker, handler)

    assert handler.attempts == [1, 2, 3]
    assert handler.given_up == [(job_id, "crashed")]


async def test_the_table_refuses_a_large_payload(queue: SqlDatabase) -> None:
    with pytest.raises(Exception, match="ck_jobs_payload_size"):
        async with queue.transaction() as tx:
            await JobRepository().add(JobId(uuid4()), "test", b"x" * 65537, priority=0, max_attempts=1, tx=tx)


async def test_the_oldest_due_job_is_known(queue: SqlDatabase) -> None:
    worker = quick_worker(queue)
    job_id = await enqueue(worker, queue)
    async with queue.transaction() as tx:
        age = text("UPDATE worker.jobs SET run_at = clock_timestamp() - interval '90 s' WHERE id = :id")
        await session_of(tx).execute(age, {"id": job_id})

    assert 90 <= (await worker.stats()).oldest_seconds < 100
