"""The loop of a worker process: sweep, claim, run, wait; and the orderly end."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog

from modules.integrations.interface import Doorbell
from modules.kernel.interface import Database, DatabaseUnavailableError, VividlyError
from modules.worker.domain import CRASHED, CRASHED_MESSAGE, DOORBELL_CHANNEL, Pace
from modules.worker.interface import Job, JobHandler, RunMode
from modules.worker.pipeline.burial import Burial
from modules.worker.pipeline.execution import Execution
from modules.worker.pipeline.settlement import Settlement
from modules.worker.repository import JobRepository

_log: Final = structlog.get_logger(__name__)
_GRACE_SECONDS: Final = 2.0
_HAND_BACK_SECONDS: Final = 6.0
_LONGEST_PAUSE_SECONDS: Final = 5.0
_DRAIN_HORIZON_SECONDS: Final = 60.0


class RunLoop:
    """One `run` of a worker."""

    def __init__(
        self,
        *,
        database: Database,
        doorbell: Doorbell,
        jobs: JobRepository,
        handlers: Mapping[str, JobHandler],
        pace: Pace,
        concurrency: int,
    ) -> None:
        self._database = database
        self._doorbell = doorbell
        self._jobs = jobs
        self._handlers = handlers
        self._pace = pace
        self._concurrency = concurrency
        self._burial = Burial(database=database, jobs=jobs, handlers=handlers)
        self._settlement = Settlement(database=database, jobs=jobs, burial=self._burial, pace=pace)
        self._running: dict[asyncio.Task[None], Execution] = {}
        self._due_again: list[float] = []
        self._faults = 0
        self._ended = 0
        self._next_sweep = 0.0
        self._awake = asyncio.Event()

    async def run(self, *, mode: RunMode, stop: asyncio.Event) -> int:
        """Runs until `stop` is set, or until drained; returns how many runs ended with an outcome."""
        background = [asyncio.create_task(self._listen()), asyncio.create_task(self._wake_on(stop))]
        try:
            while not stop.is_set():
                self._awake.clear()
                await self._round()
                if mode is RunMode.DRAIN and self._drained():
                    break
                await self._sleep()
        finally:
            await self._hand_back()
            for task in background:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        return self._ended

    async def _round(self) -> None:
        try:
            await self._sweep()
            free = self._concurrency - len(self._running)
            if free > 0:
                async with self._database.transaction() as tx:
                    claimed = await self._jobs.claim(
                        self._handlers, free, lease_seconds=self._pace.lease_seconds, tx=tx
                    )
                for job in claimed:
                    self._start(job)
        except DatabaseUnavailableError:
            self._faults += 1
            _log.warning("database_away", faults=self._faults)
        else:
            self._faults = 0

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_sweep:
            return
        async with self._database.transaction() as tx:
            rescued = await self._jobs.requeue_expired(tx=tx)
        if rescued:
            _log.warning("jobs_rescued", job_ids=[str(job_id) for job_id in rescued])
        while await self._bury_crashed():
            pass
        self._next_sweep = now + self._pace.poll_seconds

    async def _bury_crashed(self) -> bool:
        async with self._database.transaction() as tx:
            job = await self._jobs.claim_crashed(self._handlers, lease_seconds=self._pace.lease_seconds, tx=tx)
        if job is None:
            return False
        await self._burial.bury(job, reason=CRASHED, message=CRASHED_MESSAGE)
        return True

    def _start(self, job: Job) -> None:
        execution = Execution(
            job=job,
            handler=self._handlers[job.kind],
            database=self._database,
            jobs=self._jobs,
            settlement=self._settlement,
            pace=self._pace,
        )
        task = asyncio.create_task(execution.run())
        self._running[task] = execution
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        execution = self._running.pop(task)
        if not task.cancelled() and task.exception() is not None:
            # The attempt ends as a crash does: when its lease runs out.
            _log.error("execution_broken", job_id=str(execution.job.id), exc_info=task.exception())
        self._ended += execution.ended
        if execution.again_in_seconds is not None:
            self._due_again.append(asyncio.get_running_loop().time() + execution.again_in_seconds)
        self._awake.set()

    def _drained(self) -> bool:
        horizon = asyncio.get_running_loop().time() + _DRAIN_HORIZON_SECONDS
        expected = any(moment <= horizon for moment in self._due_again)
        return not (self._running or expected or self._faults or self._awake.is_set())

    async def _sleep(self) -> None:
        now = asyncio.get_running_loop().time()
        seconds = self._pace.poll_seconds
        if self._faults:
            doubled = 0.25 * 2.0 ** min(self._faults, 10)
            seconds = min(_LONGEST_PAUSE_SECONDS, doubled) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        elif self._due_again:
            seconds = min(seconds, max(0.0, min(self._due_again) - now))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        now = asyncio.get_running_loop().time()
        self._due_again = [moment for moment in self._due_again if moment > now]

    async def _listen(self) -> None:
        while True:
            try:
                async with self._doorbell.listen(DOORBELL_CHANNEL) as rings:
                    async for message in rings:
                        self._heard(message)
            except VividlyError as error:
                _log.warning("doorbell_silent", code=error.code)
            await asyncio.sleep(self._pace.poll_seconds)

    def _heard(self, message: str) -> None:
        self._awake.set()
        for execution in self._running.values():
            if str(execution.job.id) == message:
                execution.nudge()

    async def _wake_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._awake.set()

    async def _hand_back(self) -> None:
        if not self._running:
            return
        await asyncio.wait(set(self._running), timeout=_GRACE_SECONDS)
        left = dict(self._running)
        if left:
            backs = {asyncio.create_task(execution.hand_back()) for execution in left.values()}
            await asyncio.wait(backs | set(left), timeout=_HAND_BACK_SECONDS)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running), timeout=1.0)
