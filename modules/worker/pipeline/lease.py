"""The lease that a handler carries."""

from typing_extensions import override

from modules.kernel.interface import Transaction
from modules.worker.interface import Job, Lease, LeaseLostError
from modules.worker.repository import JobRepository


class JobLease(Lease):
    """Checks the fencing token of one claim on the job's row."""

    def __init__(self, *, job: Job, jobs: JobRepository) -> None:
        self._job = job
        self._jobs = jobs

    @override
    async def hold(self, *, tx: Transaction) -> None:
        if not await self._jobs.lock(self._job, tx=tx):
            raise LeaseLostError(self._sentence())

    @override
    async def finish(self, *, tx: Transaction) -> None:
        if not await self._jobs.complete(self._job, tx=tx):
            raise LeaseLostError(self._sentence())

    def _sentence(self) -> str:
        return f"job {self._job.id} is no longer held with token {self._job.token}"
