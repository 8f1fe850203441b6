"""Writes what became of a job."""

import random
from typing import assert_never

from modules.kernel.interface import Database
from modules.worker.domain import Pace, backoff_seconds
from modules.worker.interface import DeadLetter, Done, Job, JobOutcome, Postpone, Retry
from modules.worker.pipeline.burial import Burial
from modules.worker.repository import JobRepository


class Settlement:
    """Turns an outcome into the job's next state. Each call is one transaction; false: the job is no longer ours."""

    def __init__(self, *, database: Database, jobs: JobRepository, burial: Burial, pace: Pace) -> None:
        self._database = database
        self._jobs = jobs
        self._burial = burial
        self._pace = pace

    def again_in_seconds(self, job: Job, outcome: JobOutcome) -> float | None:
        """When the job is to come back; None when it has ended."""
        match outcome:
            case Done() | DeadLetter():
                return None
            case Postpone(after_seconds=seconds):
                return seconds
            case Retry():
                if job.attempt >= job.max_attempts:
                    return None
                jitter = random.random()  # noqa: S311 - jitter
                return backoff_seconds(job.attempt, base_seconds=self._pace.retry_seconds, jitter=jitter)
            case _:
                assert_never(outcome)

    async def settle(self, job: Job, outcome: JobOutcome, *, again_in_seconds: float | None) -> bool:
        """Writes the outcome. Raises DatabaseUnavailableError."""
        match outcome:
            case Done():
                async with self._database.transaction() as tx:
                    return await self._jobs.complete(job, tx=tx)
            case Postpone():
                return await self._again(job, again_in_seconds or 0.0, counted=False)
            case Retry(reason=reason, message=message) if again_in_seconds is not None:
                return await self._again(job, again_in_seconds, counted=True, reason=reason, message=message)
            case Retry(reason=reason, message=message) | DeadLetter(reason=reason, message=message):
                return await self._burial.bury(job, reason=reason, message=message)
            case _:
                assert_never(outcome)

    async def hand_back(self, job: Job) -> bool:
        """Gives the job to the next worker at once; the attempt is not counted. Raises DatabaseUnavailableError."""
        return await self._again(job, 0.0, counted=False)

    async def _again(
        self, job: Job, after_seconds: float, *, counted: bool, reason: str = "", message: str = ""
    ) -> bool:
        async with self._database.transaction() as tx:
            return await self._jobs.reschedule(
                job, after_seconds=after_seconds, counted=counted, reason=reason, message=message, tx=tx
            )
