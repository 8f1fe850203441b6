"""worker in memory: jobs run inline in `run`, one at a time, and a pause is a hundredth of a second at most.

`RevertingDatabase` gives transactions that take back, when they fail, what the fakes did in them.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from typing_extensions import override

from modules.kernel.interface import Database, JobId, Transaction
from modules.worker.domain import JobState, check_job
from modules.worker.interface import (
    DeadLetter,
    DeadLetterRecord,
    DeadLetterState,
    Done,
    Job,
    JobHandler,
    JobOutcome,
    Lease,
    LeaseLostError,
    Postpone,
    QueueStats,
    Retry,
    RunMode,
    UnknownJobError,
    Worker,
)
from modules.worker.pipeline.boundary import guard
from tests.fakes.kernel import FakeDatabase

_LONGEST_PAUSE_SECONDS = 0.01
_OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})


class FakeTransaction(Transaction):
    """Remembers how to take back what fakes did in it."""

    __slots__ = ("_undo",)

    def __init__(self) -> None:
        self._undo: deque[Callable[[], None]] = deque()

    def on_rollback(self, undo: Callable[[], None]) -> None:
        self._undo.appendleft(undo)

    def roll_back(self) -> None:
        for undo in self._undo:
            undo()


class RevertingDatabase(FakeDatabase):
    """A FakeDatabase that gives FakeTransactions."""

    @override
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._reverting()

    @asynccontextmanager
    async def _reverting(self) -> AsyncIterator[Transaction]:
        await self.ping()
        tx = FakeTransaction()
        try:
            yield tx
        except BaseException:
            self.rolled_back += 1
            tx.roll_back()
            raise
        self.committed += 1


@dataclass(kw_only=True)
class _Entry:
    job: Job
    priority: int
    number: int
    due: float
    state: JobState = JobState.QUEUED
    handling: asyncio.Task[JobOutcome] | None = None


class _FakeLease(Lease):
    def __init__(self, *, entry: _Entry, token: int) -> None:
        self._entry = entry
        self._token = token

    @override
    async def hold(self, *, tx: Transaction) -> None:
        if self._entry.state is not JobState.RUNNING or self._entry.job.token != self._token:
            raise LeaseLostError(f"job {self._entry.job.id} is no longer held with token {self._token}")

    @override
    async def finish(self, *, tx: Transaction) -> None:
        await self.hold(tx=tx)
        _set(self._entry, tx, state=JobState.DONE)


class FakeWorker(Worker):
    """Jobs in memory."""

    def __init__(self, *, database: Database | None = None, max_attempts: int = 5) -> None:
        self._database = database or RevertingDatabase()
        self._max_attempts = max_attempts
        self._entries: dict[JobId, _Entry] = {}
        self._dead: list[DeadLetterRecord] = []
        self._numbers = count()
        self._awake = asyncio.Event()
        self.woken: list[JobId] = []

    @override
    async def enqueue(self, kind: str, payload: bytes, *, tx: Transaction, job_id: JobId, priority: int = 0) -> None:
        check_job(kind, payload)
        if job_id in self._entries:
            return
        job = Job(
            id=job_id,
            kind=kind,
            payload=payload,
            attempt=0,
            max_attempts=self._max_attempts,
            token=0,
            replayed=False,
        )
        self._entries[job_id] = _Entry(job=job, priority=priority, number=next(self._numbers), due=0.0)
        if isinstance(tx, FakeTransaction):
            tx.on_rollback(lambda: _forget(self._entries, job_id))

    @override
    async def wake(self, job_id: JobId) -> None:
        self.woken.append(job_id)
        self._awake.set()

    @override
    async def cancel(self, job_id: JobId, *, tx: Transaction) -> None:
        entry = self._entries.get(job_id)
        if entry is not None and entry.state in _OPEN:
            _set(entry, tx, state=JobState.CANCELLED)
            if entry.handling is not None:
                entry.handling.cancel()

    @override
    async def run(
        self, handlers: Mapping[str, JobHandler], *, mode: RunMode, stop: asyncio.Event, concurrency: int = 2
    ) -> int:
        ended = 0
        while not stop.is_set():
            self._awake.clear()
            queued = [entry for entry in self._entries.values() if entry.state is JobState.QUEUED]
            queued = [entry for entry in queued if entry.job.kind in handlers]
            due = [entry for entry in queued if entry.due <= asyncio.get_running_loop().time()]
            if due:
                first = min(due, key=lambda entry: (-entry.priority, entry.number))
                ended += await self._run_once(first, handlers, stop)
            elif mode is RunMode.DRAIN and not queued:
                break
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), _LONGEST_PAUSE_SECONDS)
        return ended

    @override
    async def dead_letters(self, *, limit: int = 100) -> list[DeadLetterRecord]:
        return self._dead[::-1][:limit]

    @override
    async def replay(self, job_id: JobId) -> None:
        letters = [position for position, letter in enumerate(self._dead) if letter.job_id == job_id]
        if not letters:
            raise UnknownJobError(f"no dead letter has the id {job_id}")
        if self._dead[letters[-1]].state is DeadLetterState.OPEN:
            self._dead[letters[-1]] = replace(self._dead[letters[-1]], state=DeadLetterState.REPLAYED)
            entry = self._entries[job_id]
            entry.job = replace(entry.job, attempt=0, replayed=True)
            entry.state, entry.due = JobState.QUEUED, 0.0

    @override
    async def stats(self) -> QueueStats:
        states = [entry.state for entry in self._entries.values()]
        return QueueStats(
            queued=states.count(JobState.QUEUED),
            running=states.count(JobState.RUNNING),
            dead=sum(letter.state is DeadLetterState.OPEN for letter in self._dead),
            oldest_seconds=0.0,
        )

    async def _run_once(self, entry: _Entry, handlers: Mapping[str, JobHandler], stop: asyncio.Event) -> bool:
        job = replace(entry.job, attempt=entry.job.attempt + 1, token=entry.job.token + 1)
        entry.job, entry.state = job, JobState.RUNNING
        handling = asyncio.create_task(_handle(entry, handlers[job.kind]))
        entry.handling = handling
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({handling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            handling.cancel()
            await asyncio.wait({handling})
            entry.handling = None
            if handling.cancelled() and entry.state is JobState.RUNNING:
                entry.state, entry.job = JobState.QUEUED, replace(job, attempt=job.attempt - 1)
        if handling.cancelled() or isinstance(handling.exception(), LeaseLostError):
            return False
        return await self._settle(entry, handling.result(), handlers[job.kind])

    async def _settle(self, entry: _Entry, outcome: JobOutcome, handler: JobHandler) -> bool:
        job = entry.job
        if entry.state is JobState.DONE and isinstance(outcome, Done):
            return True
        if entry.state is not JobState.RUNNING:
            return False
        match outcome:
            case Done():
                entry.state = JobState.DONE
            case Postpone(after_seconds=seconds):
                self._again(entry, seconds)
                entry.job = replace(job, attempt=job.attempt - 1)
            case Retry() if job.attempt < job.max_attempts:
                self._again(entry, 0.0)
            case Retry(reason=reason, message=message) | DeadLetter(reason=reason, message=message):
                await self._bury(entry, handler, reason, message)
        return True

    @staticmethod
    def _again(entry: _Entry, seconds: float) -> None:
        entry.state = JobState.QUEUED
        entry.due = asyncio.get_running_loop().time() + min(seconds, _LONGEST_PAUSE_SECONDS)

    async def _bury(self, entry: _Entry, handler: JobHandler, reason: str, message: str) -> None:
        entry.state = JobState.DEAD
        self._dead.append(
            DeadLetterRecord(
                job_id=entry.job.id,
                kind=entry.job.kind,
                payload=entry.job.payload,
                reason=reason,
                message=message,
                attempts=entry.job.attempt,
                state=DeadLetterState.OPEN,
                died_at=datetime.now(UTC),  # noqa: TID251 - nobody compares it
            )
        )
        async with self._database.transaction() as tx:
            await handler.gave_up(entry.job, reason, message, tx=tx)


async def _handle(entry: _Entry, handler: JobHandler) -> JobOutcome:
    lease = _FakeLease(entry=entry, token=entry.job.token)
    return await guard(handler.handle(entry.job, lease), job_id=entry.job.id)


def _set(entry: _Entry, tx: Transaction, *, state: JobState) -> None:
    before, entry.state = entry.state, state
    if isinstance(tx, FakeTransaction):
        tx.on_rollback(lambda: setattr(entry, "state", before))


def _forget(entries: dict[JobId, _Entry], job_id: JobId) -> None:
    del entries[job_id]
