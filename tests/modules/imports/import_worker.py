"""A worker that runs imports and may kill itself: -m tests.modules.imports.import_worker DATABASE_URL POINT NUMBER.

It ends itself with SIGKILL at the NUMBER-th call of POINT, after the call and before its transaction commits.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from modules.imports.factory import create_imports
from modules.imports.interface import Imports
from modules.imports.repository import ImportRepository
from modules.integrations.interface import Embedder
from modules.kernel.database import SqlDatabase
from modules.kernel.interface import Database
from modules.rag.interface import Rag
from modules.rag.repository import EditionRepository, VectorRepository
from modules.worker.factory import create_worker
from modules.worker.interface import RunMode, Worker
from tests.fakes.integrations import FakeDoorbell
from tests.modules.rag.assembled import assembled
from tests.modules.rag.quick_embedder import QuickEmbedder

POINTS = {
    "begin": (EditionRepository, "place"),
    "store": (EditionRepository, "store"),
    "vectors": (VectorRepository, "save"),
    "switch": (EditionRepository, "switch"),
    "end": (ImportRepository, "end"),
}


def built(database: Database, embedder: Embedder, *, lease_seconds: float = 5.0) -> tuple[Rag, Worker, Imports]:
    """The library, a worker and imports on this database."""
    rag = assembled(database, embedder)
    worker = create_worker(
        database=database,
        doorbell=FakeDoorbell(),
        lease_seconds=lease_seconds,
        poll_seconds=0.05,
        max_attempts=12,
    )
    return rag, worker, create_imports(database=database, worker=worker, rag=rag)


def kill_at(point: str, number: int) -> None:
    """Arms the end."""
    owner, name = POINTS[point]
    works = getattr(owner, name)
    calls = 0

    async def killed(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        done = await works(*args, **more)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, killed)


async def main(url: str, point: str, number: int) -> None:
    if point in POINTS:
        kill_at(point, number)
    database = SqlDatabase(url=url)
    _, worker, imports = built(database, QuickEmbedder(), lease_seconds=1.0)
    await worker.run(imports.handlers(), mode=RunMode.DRAIN, stop=asyncio.Event())
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
