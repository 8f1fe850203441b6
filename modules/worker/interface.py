"""worker: durable jobs with leases and fencing tokens; knows job kinds and bytes, not lessons.

Depends on: kernel, integrations. Owns PostgreSQL schema: worker.
"""

import asyncio
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from modules.kernel.interface import JobId, Transaction, VividlyError


class WorkerError(VividlyError):
    """The job system cannot do what it was asked."""

    code = "worker.error"


class LeaseLostError(WorkerError):
    """Another worker has this job now, or it was cancelled; the caller must stop and write nothing more."""

    code = "worker.lease_lost"


class UnknownJobError(WorkerError):
    """No job, or no dead letter, has this id."""

    code = "worker.unknown_job"


class JobRefusedError(WorkerError):
    """The payload is larger than 64 KiB, or the kind is empty or longer than 64 characters."""

    code = "worker.job_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed job.

    Attributes:
        payload: bytes as enqueued, at most 64 KiB; only the handler reads them.
        attempt: 1 on the first run. max_attempts: tries before it becomes a dead letter.
        token: fencing token, one higher at each claim. replayed: it was a dead letter, and was queued again.
    """

    id: JobId
    kind: str
    payload: bytes
    attempt: int
    max_attempts: int
    token: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The job is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A transient fault: try again with back-off, counting an attempt; a dead letter when all are used up."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postpone:
    """Not now, and no fault: run again after `after_seconds`; no attempt is counted."""

    after_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A permanent fault: never tried again. `reason` is machine-readable, `message` a human sentence."""

    reason: str
    message: str


JobOutcome = Done | Retry | Postpone | DeadLetter


class Lease(Protocol):
    """A handler's proof that the job is still its own; renewed in the background while the handler runs."""

    @abstractmethod
    async def hold(self, *, tx: Transaction) -> None:
        """Locks the job row in `tx`; call it first in every transaction that writes for this job.

        Raises:
            LeaseLostError: the token is no longer current.
        """

    @abstractmethod
    async def finish(self, *, tx: Transaction) -> None:
        """Marks the job done in the handler's last transaction. Raises LeaseLostError."""


class JobHandler(Protocol):
    """Runs jobs of one kind."""

    @abstractmethod
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        """Runs one job. A retryable VividlyError raised counts as Retry, any other as DeadLetter.

        A foreign exception counts as Retry (a crash). LeaseLostError ends the run without an outcome.
        """

    @abstractmethod
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        """Called in the transaction that makes the job a dead letter, so that the handler can end its own state."""


class RunMode(StrEnum):
    """SERVE waits for more work until stopped; DRAIN returns when nothing is due or running."""

    SERVE = "serve"
    DRAIN = "drain"


class DeadLetterState(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRecord:
    """A job that will not be tried again by itself."""

    job_id: JobId
    kind: str
    payload: bytes
    reason: str
    message: str
    attempts: int
    state: DeadLetterState
    died_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """How the queue stands. `oldest_seconds`: age of the oldest due job, 0.0 when there is none."""

    queued: int
    running: int
    dead: int
    oldest_seconds: float


class Worker(Protocol):
    """The job system."""

    @abstractmethod
    async def enqueue(self, kind: str, payload: bytes, *, tx: Transaction, job_id: JobId, priority: int = 0) -> None:
        """Writes a job in the caller's transaction; the same `job_id` twice is one job. Higher priority runs first.

        Raises:
            JobRefusedError: the payload or the kind is too long.
        """

    @abstractmethod
    async def wake(self, job_id: JobId) -> None:
        """Rings the doorbell, after `enqueue` or `cancel` was committed: both are noticed at once. Never raises."""

    @abstractmethod
    async def cancel(self, job_id: JobId, *, tx: Transaction) -> None:
        """Ends a queued or running job: a running handler finds its lease lost. Nothing happens when it has ended."""

    @abstractmethod
    async def run(
        self, handlers: Mapping[str, JobHandler], *, mode: RunMode, stop: asyncio.Event, concurrency: int = 2
    ) -> int:
        """Claims and runs jobs of these kinds until `stop` is set, or until drained; returns how many runs ended.

        On `stop`, or when cancelled, it claims nothing more and hands unfinished jobs back within 10 seconds.
        Drained: nothing is due, nothing runs here, and no job that ran here comes back within 60 seconds.
        While PostgreSQL is away it waits with back-off.
        """

    @abstractmethod
    async def dead_letters(self, *, limit: int = 100) -> list[DeadLetterRecord]:
        """Newest first."""

    @abstractmethod
    async def replay(self, job_id: JobId) -> None:
        """Queues a dead letter again with fresh attempts; twice is once. Raises UnknownJobError."""

    @abstractmethod
    async def stats(self) -> QueueStats:
        """How the queue stands now."""
