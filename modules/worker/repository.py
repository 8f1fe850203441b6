"""SQL of the jobs. Every write of a claimed job carries its token: a zombie's write finds no row."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Interval,
    Row,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from modules.kernel.database import session_of
from modules.kernel.interface import JobId, Transaction
from modules.worker.domain import CRASHED, MAX_MESSAGE_LENGTH, Holding, JobState
from modules.worker.interface import DeadLetterRecord, DeadLetterState, Job, QueueStats
from modules.worker.models import DeadLetterRow, JobRow

_NOW: Final = func.clock_timestamp(type_=DateTime(timezone=True))
# A job with a dead letter runs again only by a replay.
_REPLAYED: Final = exists().where(DeadLetterRow.job_id == JobRow.id).correlate(JobRow).label("replayed")
_JOB: Final = (JobRow.id, JobRow.kind, JobRow.payload, JobRow.attempt, JobRow.max_attempts, JobRow.token, _REPLAYED)
_UNSYNCED: Final = {"synchronize_session": False}


class JobRepository:
    """Reads and writes jobs and dead letters in the caller's transaction."""

    async def add(
        self, job_id: JobId, kind: str, payload: bytes, *, priority: int, max_attempts: int, tx: Transaction
    ) -> None:
        """Writes a queued job unless the id is known."""
        row = insert(JobRow).values(
            id=job_id,
            kind=kind,
            payload=payload,
            priority=priority,
            max_attempts=max_attempts,
            state=JobState.QUEUED,
        )
        await session_of(tx).execute(row.on_conflict_do_nothing(index_elements=[JobRow.id]))

    async def claim(self, kinds: Collection[str], limit: int, *, lease_seconds: float, tx: Transaction) -> list[Job]:
        """Takes up to `limit` due jobs of these kinds that nobody else is taking."""
        due = (
            select(JobRow.id)
            .where(_in(JobState.QUEUED), JobRow.run_at <= _NOW, JobRow.kind.in_(kinds))
            .order_by(JobRow.priority.desc(), JobRow.run_at, JobRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claim = (
            update(JobRow)
            .where(JobRow.id == due.c.id)
            .values(
                state=JobState.RUNNING,
                attempt=JobRow.attempt + 1,
                token=JobRow.token + 1,
                lease_until=_after(lease_seconds),
            )
            .returning(*_JOB)
        )
        rows = await session_of(tx).execute(claim, execution_options=_UNSYNCED)
        return [_job(row) for row in rows]

    async def requeue_expired(self, *, tx: Transaction) -> list[JobId]:
        """Puts jobs whose lease ran out back into the queue while they have attempts left."""
        expired = (
            select(JobRow.id)
            .where(_in(JobState.RUNNING), JobRow.lease_until < _NOW, JobRow.attempt < JobRow.max_attempts)
            .with_for_update(skip_locked=True)
            .cte("expired")
        )
        requeue = (
            update(JobRow)
            .where(JobRow.id == expired.c.id)
            .values(state=JobState.QUEUED, lease_until=None, error_reason=CRASHED)
            .returning(JobRow.id)
        )
        return [JobId(row) for row in await session_of(tx).scalars(requeue, execution_options=_UNSYNCED)]

    async def claim_crashed(self, kinds: Collection[str], *, lease_seconds: float, tx: Transaction) -> Job | None:
        """Takes one job of these kinds whose lease ran out in its last attempt, to bury it; no attempt is counted."""
        crashed = (
            select(JobRow.id)
            .where(_in(JobState.RUNNING), JobRow.lease_until < _NOW, JobRow.attempt >= JobRow.max_attempts)
            .where(JobRow.kind.in_(kinds))
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("crashed")
        )
        claim = (
            update(JobRow)
            .where(JobRow.id == crashed.c.id)
            .values(token=JobRow.token + 1, lease_until=_after(lease_seconds))
            .returning(*_JOB)
        )
        row = (await session_of(tx).execute(claim, execution_options=_UNSYNCED)).one_or_none()
        return _job(row) if row else None

    async def lock(self, job: Job, *, tx: Transaction) -> bool:
        """Locks the job's row; false when the token is no longer current."""
        held = select(JobRow.id).where(*_ours(job)).with_for_update()
        return (await session_of(tx).scalars(held)).one_or_none() is not None

    async def renew(self, job: Job, *, lease_seconds: float, tx: Transaction) -> Holding:
        """Moves the end of the lease; says when there is none to move."""
        if await self._write(job, tx=tx, lease_until=_after(lease_seconds)):
            return Holding.HELD
        return Holding.FINISHED if await self._finished(job, tx) else Holding.LOST

    async def complete(self, job: Job, *, tx: Transaction) -> bool:
        """Marks the job done, unless this token did so already; false when the token is no longer current."""
        if await self._write(job, tx=tx, state=JobState.DONE, lease_until=None, ended_at=_NOW):
            return True
        return await self._finished(job, tx)

    async def reschedule(
        self, job: Job, *, after_seconds: float, counted: bool, reason: str, message: str, tx: Transaction
    ) -> bool:
        """Queues the job again; an attempt that is not counted is given back."""
        return await self._write(
            job,
            tx=tx,
            state=JobState.QUEUED,
            lease_until=None,
            run_at=_after(after_seconds),
            attempt=job.attempt if counted else job.attempt - 1,
            error_reason=reason,
            error_message=_storable(message),
        )

    async def bury(self, job: Job, *, reason: str, message: str, tx: Transaction) -> bool:
        """Makes the job a dead letter; false when the token is no longer current."""
        message = _storable(message)
        if not await self._write(
            job,
            tx=tx,
            state=JobState.DEAD,
            lease_until=None,
            ended_at=_NOW,
            error_reason=reason,
            error_message=message,
        ):
            return False
        letter = insert(DeadLetterRow).values(
            job_id=job.id,
            kind=job.kind,
            payload=job.payload,
            reason=reason,
            message=message,
            attempts=job.attempt,
            state=DeadLetterState.OPEN,
        )
        await session_of(tx).execute(letter)
        return True

    async def cancel(self, job_id: JobId, *, tx: Transaction) -> None:
        """Ends a queued or running job."""
        cancel = (
            update(JobRow)
            .where(JobRow.id == job_id, or_(_in(JobState.QUEUED), _in(JobState.RUNNING)))
            .values(state=JobState.CANCELLED, lease_until=None, ended_at=_NOW)
        )
        await session_of(tx).execute(cancel, execution_options=_UNSYNCED)

    async def dead_letters(self, *, limit: int, tx: Transaction) -> list[DeadLetterRecord]:
        """Newest first."""
        newest = select(DeadLetterRow).order_by(DeadLetterRow.id.desc()).limit(limit)
        return [
            DeadLetterRecord(
                job_id=JobId(row.job_id),
                kind=row.kind,
                payload=row.payload,
                reason=row.reason,
                message=row.message,
                attempts=row.attempts,
                state=row.state,
                died_at=row.died_at,
            )
            for row in await session_of(tx).scalars(newest, execution_options={"populate_existing": True})
        ]

    async def replay(self, job_id: JobId, *, tx: Transaction) -> bool:
        """Queues the job of an open dead letter with fresh attempts; false when no dead letter has this id."""
        session = session_of(tx)
        opened = (
            update(DeadLetterRow)
            .where(DeadLetterRow.job_id == job_id, DeadLetterRow.state == DeadLetterState.OPEN)
            .values(state=DeadLetterState.REPLAYED)
            .returning(DeadLetterRow.id)
        )
        if (await session.scalars(opened, execution_options=_UNSYNCED)).one_or_none() is None:
            known = select(DeadLetterRow.id).where(DeadLetterRow.job_id == job_id).limit(1)
            return (await session.scalars(known)).one_or_none() is not None
        requeue = (
            update(JobRow)
            .where(JobRow.id == job_id, _in(JobState.DEAD))
            .values(state=JobState.QUEUED, attempt=0, run_at=_NOW, ended_at=None)
        )
        await session.execute(requeue, execution_options=_UNSYNCED)
        return True

    async def stats(self, *, tx: Transaction) -> QueueStats:
        """Counts the open jobs and the open dead letters."""
        waiting = func.extract("epoch", _NOW - func.min(JobRow.run_at).filter(JobRow.run_at <= _NOW))
        queued = select(func.count(), func.coalesce(waiting, 0)).where(_in(JobState.QUEUED))
        running = select(func.count()).select_from(JobRow).where(_in(JobState.RUNNING))
        dead = select(func.count()).select_from(DeadLetterRow).where(DeadLetterRow.state == DeadLetterState.OPEN)
        session = session_of(tx)
        count, oldest = (await session.execute(queued)).one()
        return QueueStats(
            queued=count,
            running=(await session.scalars(running)).one(),
            dead=(await session.scalars(dead)).one(),
            oldest_seconds=max(0.0, float(oldest)),
        )

    @staticmethod
    async def _finished(job: Job, tx: Transaction) -> bool:
        ended = select(JobRow.id).where(JobRow.id == job.id, JobRow.token == job.token, JobRow.state == JobState.DONE)
        return (await session_of(tx).scalars(ended)).one_or_none() is not None

    @staticmethod
    async def _write(job: Job, *, tx: Transaction, **values: Any) -> bool:
        write = update(JobRow).where(*_ours(job)).values(**values).returning(JobRow.id)
        row = await session_of(tx).scalars(write, execution_options=_UNSYNCED)
        return row.one_or_none() is not None


def _in(state: JobState) -> ColumnElement[bool]:
    # Rendered as a literal: the partial indexes match no parameter.
    return JobRow.state == bindparam(None, state, type_=JobRow.state.type, literal_execute=True)


def _ours(job: Job) -> tuple[ColumnElement[bool], ...]:
    return JobRow.id == job.id, JobRow.token == job.token, _in(JobState.RUNNING)


def _after(seconds: float) -> ColumnElement[Any]:
    return _NOW + cast(literal(timedelta(seconds=seconds)), Interval)


def _job(row: Row[UUID, str, bytes, int, int, int, bool]) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        payload=row.payload,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        token=row.token,
        replayed=row.replayed,
    )


def _storable(message: str) -> str:
    # PostgreSQL refuses NUL in text, and a message may quote anything.
    return message.replace("\x00", "")[:MAX_MESSAGE_LENGTH]
