"""One claimed job from claim to outcome: the handler, its heartbeat, and what is written at the end."""

import asyncio
import random
from typing import Final

import structlog

from modules.kernel.interface import Database, DatabaseUnavailableError
from modules.worker.domain import CRASHED, Holding, Pace
from modules.worker.interface import DeadLetter, Job, JobHandler, JobOutcome, LeaseLostError, Retry
from modules.worker.pipeline.boundary import guard
from modules.worker.pipeline.lease import JobLease
from modules.worker.pipeline.settlement import Settlement
from modules.worker.repository import JobRepository

_log: Final = structlog.get_logger(__name__)
_UNWIND_SECONDS: Final = 3.0
_DATABASE_PAUSE_SECONDS: Final = 0.5


class Execution:
    """Runs one job once; construct it inside a running event loop.

    Attributes:
        ended: an outcome was written (not: handed back, lost or cancelled).
        again_in_seconds: when the job comes back, where its outcome asked for that.
    """

    def __init__(
        self,
        *,
        job: Job,
        handler: JobHandler,
        database: Database,
        jobs: JobRepository,
        settlement: Settlement,
        pace: Pace,
    ) -> None:
        self.job = job
        self.ended = False
        self.again_in_seconds: float | None = None
        self._database = database
        self._jobs = jobs
        self._settlement = settlement
        self._pace = pace
        self._lost = False
        self._handing_back = False
        self._log = _log.bind(job_id=str(job.id), kind=job.kind, attempt=job.attempt, token=job.token)
        self._nudged = asyncio.Event()
        self._handling = asyncio.create_task(self._handle(handler))
        self._handling.add_done_callback(lambda _: self._nudged.set())

    def nudge(self) -> None:
        """Looks at the lease now: somebody rang for this job."""
        self._nudged.set()

    async def run(self) -> None:
        """Returns when the outcome is written, or the job is no longer ours."""
        while not self._handling.done():
            await self._beat()
        outcome = self._outcome()
        if outcome is not None:
            await self._settle(outcome)

    async def hand_back(self) -> None:
        """Stops the handler and gives the job to the next worker."""
        self._handing_back = True
        self._handling.cancel()
        await asyncio.wait({self._handling}, timeout=_UNWIND_SECONDS)
        if self._handling.done() and not self._handling.cancelled():
            return
        try:
            await self._settlement.hand_back(self.job)
        except DatabaseUnavailableError:
            self._log.warning("job_not_handed_back", consequence="it is claimed again when its lease runs out")
        else:
            self._log.info("job_handed_back")

    async def _handle(self, handler: JobHandler) -> JobOutcome:
        lease = JobLease(job=self.job, jobs=self._jobs)
        return await guard(handler.handle(self.job, lease), job_id=self.job.id)

    async def _beat(self) -> None:
        try:
            async with asyncio.timeout(self._pace.beat_seconds):
                await self._nudged.wait()
        except TimeoutError:
            pass
        self._nudged.clear()
        if not self._handling.done() and await self._renew() is Holding.LOST:
            self._lost = True
            self._handling.cancel()
            await asyncio.wait({self._handling})

    async def _renew(self) -> Holding:
        try:
            async with self._database.transaction() as tx:
                return await self._jobs.renew(self.job, lease_seconds=self._pace.lease_seconds, tx=tx)
        except DatabaseUnavailableError:
            # Nobody else can claim the job now; when the database is back, the token decides.
            self._log.warning("heartbeat_missed")
            return Holding.HELD

    def _outcome(self) -> JobOutcome | None:
        if self._lost:
            self._log.warning("job_lease_lost")
            return None
        if self._handling.cancelled():
            stopped_itself = Retry(reason=CRASHED, message="The handler cancelled itself.")
            return None if self._handing_back else stopped_itself
        if isinstance(self._handling.exception(), LeaseLostError):
            self._log.warning("job_lease_lost")
            return None
        return self._handling.result()

    async def _settle(self, outcome: JobOutcome) -> None:
        again_in_seconds = self._settlement.again_in_seconds(self.job, outcome)
        while True:
            try:
                self.ended = await self._settlement.settle(self.job, outcome, again_in_seconds=again_in_seconds)
                break
            except DatabaseUnavailableError:
                self._log.warning("outcome_waits_for_database")
                await asyncio.sleep(_DATABASE_PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        if self.ended:
            self.again_in_seconds = again_in_seconds
        self._log.info("job_run_ended", outcome=type(outcome).__name__, written=self.ended, **_reason_of(outcome))


def _reason_of(outcome: JobOutcome) -> dict[str, str]:
    return {"reason": outcome.reason} if isinstance(outcome, Retry | DeadLetter) else {}
