"""A worker that ends itself with SIGKILL once, at the end of a stage: -m tests.e2e.killed_worker STAGE MARKER."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from modules.worker.interface import RunMode
from shell.lifecycle import opened
from shell.settings import load
from shell.worker_main import work


async def main(stage: str, marker: Path) -> None:
    async with opened(load(), library=False) as container:
        tracking = container.tracking()
        end_stage = tracking.end_stage

        async def killed(request_id: Any, ending: str, *args: Any, **more: Any) -> None:
            await end_stage(request_id, ending, *args, **more)
            if ending == stage and not marker.exists():
                marker.touch()
                # The stage's work is done and its transaction is open: the worst moment.
                os.kill(os.getpid(), signal.SIGKILL)

        tracking.end_stage = killed
        await work(container, RunMode.DRAIN)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
