"""A worker process to kill. Usage: crashing_worker.py DATABASE_URL; each job writes its row in `public.effects`."""

import asyncio
import signal
import sys

from sqlalchemy import text
from typing_extensions import override

from modules.integrations.local.doorbell import PostgresDoorbell
from modules.kernel.database import SqlDatabase, session_of
from modules.kernel.interface import Transaction
from modules.worker.factory import create_worker
from modules.worker.interface import Done, Job, JobHandler, JobOutcome, Lease, RunMode

EFFECT = text("INSERT INTO public.effects (job_id, token) VALUES (:job_id, :token)")


class SlowEffect(JobHandler):
    """Works for a while, then writes its effect and its end in one transaction."""

    def __init__(self, *, database: SqlDatabase) -> None:
        self._database = database

    @override
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        await asyncio.sleep(0.03)
        async with self._database.transaction() as tx:
            await lease.hold(tx=tx)
            await session_of(tx).execute(EFFECT, {"job_id": job.id, "token": job.token})
            await asyncio.sleep(0.03)
            await lease.finish(tx=tx)
        return Done()

    @override
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        """The test looks at the dead letters."""


async def main(url: str) -> None:
    """Serves until SIGTERM."""
    database = SqlDatabase(url=url)
    doorbell = PostgresDoorbell(url=url)
    worker = create_worker(database=database, doorbell=doorbell, lease_seconds=0.8, poll_seconds=0.2, max_attempts=10)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await worker.run({"test": SlowEffect(database=database)}, mode=RunMode.SERVE, stop=stop, concurrency=3)
    await doorbell.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
