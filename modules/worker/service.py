"""The job system's use cases."""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from typing_extensions import override

from modules.integrations.interface import Doorbell
from modules.kernel.interface import Database, JobId, Transaction
from modules.worker.domain import DOORBELL_CHANNEL, Pace, check_job
from modules.worker.interface import (
    DeadLetterRecord,
    JobHandler,
    QueueStats,
    RunMode,
    UnknownJobError,
    Worker,
)
from modules.worker.pipeline.loop import RunLoop
from modules.worker.repository import JobRepository

_log: Final = structlog.get_logger(__name__)


class WorkerService(Worker):
    """Jobs in PostgreSQL."""

    def __init__(self, *, database: Database, doorbell: Doorbell, jobs: JobRepository, pace: Pace) -> None:
        self._database = database
        self._doorbell = doorbell
        self._jobs = jobs
        self._pace = pace

    @override
    async def enqueue(self, kind: str, payload: bytes, *, tx: Transaction, job_id: JobId, priority: int = 0) -> None:
        check_job(kind, payload)
        await self._jobs.add(job_id, kind, payload, priority=priority, max_attempts=self._pace.max_attempts, tx=tx)

    @override
    async def wake(self, job_id: JobId) -> None:
        await self._doorbell.ring(DOORBELL_CHANNEL, str(job_id))

    @override
    async def cancel(self, job_id: JobId, *, tx: Transaction) -> None:
        await self._jobs.cancel(job_id, tx=tx)

    @override
    async def run(
        self, handlers: Mapping[str, JobHandler], *, mode: RunMode, stop: asyncio.Event, concurrency: int = 2
    ) -> int:
        loop = RunLoop(
            database=self._database,
            doorbell=self._doorbell,
            jobs=self._jobs,
            handlers=handlers,
            pace=self._pace,
            concurrency=concurrency,
        )
        return await loop.run(mode=mode, stop=stop)

    @override
    async def dead_letters(self, *, limit: int = 100) -> list[DeadLetterRecord]:
        async with self._database.transaction() as tx:
            return await self._jobs.dead_letters(limit=limit, tx=tx)

    @override
    async def replay(self, job_id: JobId) -> None:
        async with self._database.transaction() as tx:
            if not await self._jobs.replay(job_id, tx=tx):
                raise UnknownJobError(f"no dead letter has the id {job_id}")
        _log.info("job_replayed", job_id=str(job_id))
        await self.wake(job_id)

    @override
    async def stats(self) -> QueueStats:
        async with self._database.transaction() as tx:
            return await self._jobs.stats(tx=tx)
