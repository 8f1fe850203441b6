"""Makes a job a dead letter, together with the end that its handler gives to its own state."""

from collections.abc import Mapping
from typing import Final

import structlog

from modules.kernel.interface import Database, DatabaseUnavailableError
from modules.worker.interface import Job, JobHandler, Retry
from modules.worker.pipeline.boundary import guard
from modules.worker.repository import JobRepository

_log: Final = structlog.get_logger(__name__)


class Burial:
    """Writes dead letters.

    A `gave_up` that fails for good must not keep the job alive for ever: the dead letter is then written without it,
    and its message says so.
    """

    def __init__(self, *, database: Database, jobs: JobRepository, handlers: Mapping[str, JobHandler]) -> None:
        self._database = database
        self._jobs = jobs
        self._handlers = handlers

    async def bury(self, job: Job, *, reason: str, message: str) -> bool:
        """False when the job is no longer ours. Raises DatabaseUnavailableError."""
        result = await guard(self._with_handler(job, reason, message), job_id=job.id)
        if isinstance(result, bool):
            return result
        if isinstance(result, Retry) and result.reason == DatabaseUnavailableError.code:
            raise DatabaseUnavailableError(result.message)
        message = f"{message} Its handler could not end its own state ({result.reason})."
        async with self._database.transaction() as tx:
            return await self._jobs.bury(job, reason=reason, message=message, tx=tx)

    async def _with_handler(self, job: Job, reason: str, message: str) -> bool:
        handler = self._handlers.get(job.kind)
        async with self._database.transaction() as tx:
            ours = await self._jobs.bury(job, reason=reason, message=message, tx=tx)
            if ours and handler is not None:
                await handler.gave_up(job, reason, message, tx=tx)
        if ours:
            _log.error("job_dead", job_id=str(job.id), kind=job.kind, attempts=job.attempt, reason=reason)
        return ours
