"""Builds the worker."""

from modules.integrations.interface import Doorbell
from modules.kernel.interface import Database
from modules.worker.domain import Pace
from modules.worker.interface import Worker
from modules.worker.repository import JobRepository
from modules.worker.service import WorkerService


def create_worker(
    *,
    database: Database,
    doorbell: Doorbell,
    lease_seconds: float = 30.0,
    poll_seconds: float = 2.0,
    retry_seconds: float = 2.0,
    max_attempts: int = 5,
) -> Worker:
    """A worker on this database.

    Args:
        database: where the jobs are.
        doorbell: wakes an idle worker, and tells a busy one of a cancelled job.
        lease_seconds: a worker that is silent this long loses its job to another.
        poll_seconds: how long a lost ring can delay a job.
        retry_seconds: pause after the first failed attempt; doubled after each further one, at most 60.
        max_attempts: tries before a job becomes a dead letter.
    """
    pace = Pace(
        lease_seconds=lease_seconds,
        poll_seconds=poll_seconds,
        retry_seconds=retry_seconds,
        max_attempts=max_attempts,
    )
    return WorkerService(database=database, doorbell=doorbell, jobs=JobRepository(), pace=pace)
