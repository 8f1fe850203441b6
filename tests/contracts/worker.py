"""What every Worker does, the real one and the fake."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

import pytest
from typing_extensions import override

from modules.kernel.interface import Database, JobId, Transaction, VividlyError
from modules.worker.interface import (
    DeadLetter,
    DeadLetterState,
    Done,
    Job,
    JobHandler,
    JobOutcome,
    JobRefusedError,
    Lease,
    LeaseLostError,
    Postpone,
    QueueStats,
    Retry,
    RunMode,
    UnknownJobError,
    Worker,
)

MAX_ATTEMPTS = 3
Step = Callable[[Job, Lease], Awaitable[JobOutcome]]


class BusyError(VividlyError):
    """An engine is busy."""

    code = "test.busy"
    retryable = True


class NonsenseError(VividlyError):
    """The payload makes no sense."""

    code = "test.nonsense"


class RecordingHandler(JobHandler):
    """Does what `step` says, and remembers the jobs it saw and gave up."""

    def __init__(self, step: Step | JobOutcome | Exception) -> None:
        self._step = step
        self.seen: list[Job] = []
        self.given_up: list[tuple[JobId, str]] = []

    @override
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        self.seen.append(job)
        if isinstance(self._step, Exception):
            raise self._step
        if isinstance(self._step, Done | Retry | Postpone | DeadLetter):
            return self._step
        return await self._step(job, lease)

    @override
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        self.given_up.append((job.id, reason))

    @property
    def attempts(self) -> list[int]:
        return [job.attempt for job in self.seen]


async def enqueue(worker: Worker, database: Database, *, payload: bytes = b"{}", priority: int = 0) -> JobId:
    """Writes one job of the kind `test`."""
    job_id = JobId(uuid4())
    async with database.transaction() as tx:
        await worker.enqueue("test", payload, tx=tx, job_id=job_id, priority=priority)
    return job_id


async def drain(worker: Worker, handler: JobHandler, *, concurrency: int = 2) -> int:
    """Runs what is there."""
    async with asyncio.timeout(20):
        return await worker.run({"test": handler}, mode=RunMode.DRAIN, stop=asyncio.Event(), concurrency=concurrency)


class WorkerContract:
    """Needs the fixtures `worker` (with MAX_ATTEMPTS) and `jobs_database`."""

    async def test_a_job_runs_once(self, worker: Worker, jobs_database: Database) -> None:
        handler = RecordingHandler(Done())
        job_id = await enqueue(worker, jobs_database, payload=b"\x00raw")

        assert await drain(worker, handler) == 1
        assert await drain(worker, handler) == 0

        (job,) = handler.seen
        assert (job.id, job.kind, job.payload, job.attempt, job.max_attempts, job.token) == (
            job_id,
            "test",
            b"\x00raw",
            1,
            MAX_ATTEMPTS,
            1,
        )

    async def test_the_same_id_twice_is_one_job(self, worker: Worker, jobs_database: Database) -> None:
        handler = RecordingHandler(Done())
        job_id = await enqueue(worker, jobs_database)
        for _ in range(2):
            async with jobs_database.transaction() as tx:
                await worker.enqueue("test", b"again", tx=tx, job_id=job_id)
            await drain(worker, handler)

        assert [job.payload for job in handler.seen] == [b"{}"]

    async def test_a_job_of_a_failed_transaction_does_not_exist(self, worker: Worker, jobs_database: Database) -> None:
        with suppress(BusyError):
            async with jobs_database.transaction() as tx:
                await worker.enqueue("test", b"{}", tx=tx, job_id=JobId(uuid4()))
                raise BusyError

        assert (await worker.stats()).queued == 0
        assert await drain(worker, RecordingHandler(Done())) == 0

    async def test_higher_priority_runs_first_then_the_older(self, worker: Worker, jobs_database: Database) -> None:
        handler = RecordingHandler(Done())
        for payload, priority in ((b"1", 0), (b"2", 0), (b"3", 5)):
            await enqueue(worker, jobs_database, payload=payload, priority=priority)

        await drain(worker, handler, concurrency=1)

        assert [job.payload for job in handler.seen] == [b"3", b"1", b"2"]

    @pytest.mark.parametrize(("kind", "payload"), [("", b""), ("k" * 65, b""), ("test", b"x" * (64 * 1024 + 1))])
    async def test_what_is_too_long_is_refused(
        self, worker: Worker, jobs_database: Database, kind: str, payload: bytes
    ) -> None:
        async with jobs_database.transaction() as tx:
            with pytest.raises(JobRefusedError):
                await worker.enqueue(kind, payload, tx=tx, job_id=JobId(uuid4()))
            await worker.enqueue("k" * 64, b"x" * 64 * 1024, tx=tx, job_id=JobId(uuid4()))

    async def test_a_handler_can_finish_in_its_own_transaction(self, worker: Worker, jobs_database: Database) -> None:
        async def finish(_job: Job, lease: Lease) -> JobOutcome:
            async with jobs_database.transaction() as tx:
                await lease.hold(tx=tx)
                await lease.finish(tx=tx)
            return Done()

        await enqueue(worker, jobs_database)
        handler = RecordingHandler(finish)

        assert await drain(worker, handler) == 1
        assert await drain(worker, handler) == 0
        assert (await worker.stats()).dead == 0

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [(Retry(reason="tired"), "tired"), (BusyError("busy"), "test.busy"), (KeyError("k"), "crashed")],
    )
    async def test_a_transient_fault_is_dead_after_exactly_so_many_attempts(
        self, worker: Worker, jobs_database: Database, fault: JobOutcome | Exception, reason: str
    ) -> None:
        handler = RecordingHandler(fault)
        job_id = await enqueue(worker, jobs_database, payload=b"p")

        await drain(worker, handler)

        assert handler.attempts == [1, 2, 3]
        assert handler.given_up == [(job_id, reason)]
        (letter,) = await worker.dead_letters()
        assert (letter.job_id, letter.kind, letter.payload, letter.reason, letter.attempts, letter.state) == (
            job_id,
            "test",
            b"p",
            reason,
            MAX_ATTEMPTS,
            DeadLetterState.OPEN,
        )

    @pytest.mark.parametrize(
        ("fault", "reason"),
        [(DeadLetter(reason="bad", message="It is bad."), "bad"), (NonsenseError("no"), "test.nonsense")],
    )
    async def test_a_permanent_fault_is_dead_at_once(
        self, worker: Worker, jobs_database: Database, fault: JobOutcome | Exception, reason: str
    ) -> None:
        handler = RecordingHandler(fault)
        job_id = await enqueue(worker, jobs_database)

        await drain(worker, handler)

        assert handler.attempts == [1]
        assert handler.given_up == [(job_id, reason)]
        assert [letter.attempts for letter in await worker.dead_letters()] == [1]

    async def test_a_retry_can_succeed(self, worker: Worker, jobs_database: Database) -> None:
        async def second_time_lucky(job: Job, _lease: Lease) -> JobOutcome:
            return Done() if job.attempt == 2 else Retry(reason="once")

        handler = RecordingHandler(second_time_lucky)
        await enqueue(worker, jobs_database)

        assert await drain(worker, handler) == 2
        assert [job.token for job in handler.seen] == [1, 2]
        assert await worker.dead_letters() == []

    async def test_postponing_counts_no_attempt(self, worker: Worker, jobs_database: Database) -> None:
        async def fifth_time(job: Job, _lease: Lease) -> JobOutcome:
            return Done() if job.token == 5 else Postpone(after_seconds=0.01)

        handler = RecordingHandler(fifth_time)
        await enqueue(worker, jobs_database)

        await drain(worker, handler)

        assert handler.attempts == [1] * 5

    async def test_a_kind_without_a_handler_is_left_to_other_workers(
        self, worker: Worker, jobs_database: Database
    ) -> None:
        job_id = JobId(uuid4())
        async with jobs_database.transaction() as tx:
            await worker.enqueue("unheard", b"", tx=tx, job_id=job_id)

        await drain(worker, RecordingHandler(Done()))

        assert await worker.dead_letters() == []
        assert (await worker.stats()).queued == 1
        handler = RecordingHandler(Done())
        await worker.run({"unheard": handler}, mode=RunMode.DRAIN, stop=asyncio.Event())
        assert handler.attempts == [1]

    async def test_replaying_twice_runs_once_with_fresh_attempts(self, worker: Worker, jobs_database: Database) -> None:
        job_id = await enqueue(worker, jobs_database)
        await drain(worker, RecordingHandler(Retry(reason="down")))
        handler = RecordingHandler(Done())

        await worker.replay(job_id)
        await worker.replay(job_id)
        await drain(worker, handler)
        await worker.replay(job_id)
        await drain(worker, handler)

        assert handler.attempts == [1]
        assert [letter.state for letter in await worker.dead_letters()] == [DeadLetterState.REPLAYED]

    async def test_a_handler_sees_a_replay_and_nothing_else_as_one(
        self, worker: Worker, jobs_database: Database
    ) -> None:
        seen: list[tuple[int, bool]] = []

        async def failing(job: Job, _lease: Lease) -> JobOutcome:
            seen.append((job.attempt, job.replayed))
            return Retry(reason="down") if len(seen) % 2 else DeadLetter(reason="down", message="")

        job_id = await enqueue(worker, jobs_database)
        for _ in range(2):
            await drain(worker, RecordingHandler(failing))
            await worker.replay(job_id)

        assert seen == [(1, False), (2, False), (1, True), (2, True)]

    async def test_a_replayed_job_can_die_again(self, worker: Worker, jobs_database: Database) -> None:
        job_id = await enqueue(worker, jobs_database)
        for reason in ("first", "second"):
            await drain(worker, RecordingHandler(DeadLetter(reason=reason, message="")))
            await worker.replay(job_id)

        letters = await worker.dead_letters()
        assert [letter.reason for letter in letters] == ["second", "first"]
        assert await worker.dead_letters(limit=1) == letters[:1]

    async def test_only_a_dead_letter_can_be_replayed(self, worker: Worker, jobs_database: Database) -> None:
        for job_id in (JobId(uuid4()), await enqueue(worker, jobs_database)):
            with pytest.raises(UnknownJobError):
                await worker.replay(job_id)

    async def test_a_cancelled_job_does_not_run(self, worker: Worker, jobs_database: Database) -> None:
        job_id = await enqueue(worker, jobs_database)
        async with jobs_database.transaction() as tx:
            await worker.cancel(job_id, tx=tx)
            await worker.cancel(JobId(uuid4()), tx=tx)

        assert await drain(worker, RecordingHandler(Done())) == 0

    async def test_cancelling_stops_a_running_handler(self, worker: Worker, jobs_database: Database) -> None:
        started, ended = asyncio.Event(), asyncio.Event()

        async def hang(_job: Job, lease: Lease) -> JobOutcome:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                async with jobs_database.transaction() as tx:
                    with pytest.raises(LeaseLostError):
                        await lease.hold(tx=tx)
                ended.set()
            return Done()

        job_id = await enqueue(worker, jobs_database)
        running = asyncio.create_task(drain(worker, RecordingHandler(hang)))
        async with asyncio.timeout(5):
            await started.wait()
            async with jobs_database.transaction() as tx:
                await worker.cancel(job_id, tx=tx)
            await worker.wake(job_id)
            await ended.wait()

            assert await running == 0
        assert await worker.stats() == QueueStats(queued=0, running=0, dead=0, oldest_seconds=0.0)

    async def test_stopping_hands_the_job_back(self, worker: Worker, jobs_database: Database) -> None:
        stop = asyncio.Event()

        async def hang(_job: Job, _lease: Lease) -> JobOutcome:
            stop.set()
            await asyncio.Event().wait()
            return Done()

        await enqueue(worker, jobs_database)
        async with asyncio.timeout(10):
            ended = await worker.run({"test": RecordingHandler(hang)}, mode=RunMode.SERVE, stop=stop)
        assert ended == 0
        assert (await worker.stats()).queued == 1

        handler = RecordingHandler(Done())
        await drain(worker, handler)
        assert handler.attempts == [1]

    async def test_serving_waits_for_work_until_stopped(self, worker: Worker, jobs_database: Database) -> None:
        stop = asyncio.Event()

        async def stop_after(_job: Job, _lease: Lease) -> JobOutcome:
            stop.set()
            return Done()

        handlers = {"test": RecordingHandler(stop_after)}
        serving = asyncio.create_task(worker.run(handlers, mode=RunMode.SERVE, stop=stop))
        await asyncio.sleep(0.05)
        assert not serving.done()
        job_id = await enqueue(worker, jobs_database)
        await worker.wake(job_id)
        async with asyncio.timeout(5):
            assert await serving == 1

    async def test_draining_an_empty_queue_returns_at_once(self, worker: Worker) -> None:
        async with asyncio.timeout(2):
            assert await worker.run({}, mode=RunMode.DRAIN, stop=asyncio.Event()) == 0

    async def test_stats_count(self, worker: Worker, jobs_database: Database) -> None:
        for _ in range(3):
            await enqueue(worker, jobs_database)
        assert (await worker.stats()).queued == 3

        await drain(worker, RecordingHandler(DeadLetter(reason="r", message="m")))

        assert await worker.stats() == QueueStats(queued=0, running=0, dead=3, oldest_seconds=0.0)
