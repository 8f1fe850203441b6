"""A worker killed at the worst moment of each stage, and what is left of its request."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from modules.content_generation.interface import LessonOrder
from modules.kernel.interface import GradeLevel, Modality, RequestId
from modules.worker.interface import RunMode
from shell.lifecycle import opened
from shell.settings import Settings
from shell.views import StatusOut, status_of
from shell.worker_main import work
from tests.e2e.conftest import Home

pytestmark = [pytest.mark.postgres, pytest.mark.media]
STAGES = ("understand", "retrieve", "write", "check", "narrate", "render")
TOPICS = ("momentum", "mitosis", "acids and bases", "plate tectonics", "the water cycle", "probability")


async def submitted(home: Home, question: str) -> RequestId:
    """A request in the queue, with no worker about."""
    async with opened(Settings(home=home.path), library=False) as container:
        learner = await container.user_auth().local_learner()
        order = LessonOrder(
            owner_id=learner,
            requested_by=learner,
            query=question,
            grade=GradeLevel(9),
            interest="",
            modalities=tuple(Modality),
            preferred_modality=Modality.TEXT,
        )
        return await container.content().submit(order)


async def drained(home: Home, request_id: RequestId) -> StatusOut:
    """The status of a request after another worker has run."""
    async with opened(Settings(home=home.path), library=False) as container:
        await work(container, RunMode.DRAIN)
        tracking = container.tracking()
        return status_of(await tracking.get(request_id), await tracking.ledger(request_id))


@pytest.mark.parametrize(("stage", "topic"), list(zip(STAGES, TOPICS, strict=True)))
def test_a_worker_killed_in_any_stage_leaves_one_lesson_and_one_set_of_ledger_rows(
    kept: Home, tmp_path: Path, stage: str, topic: str
) -> None:
    request_id = asyncio.run(submitted(kept, f"Explain {topic} with soccer"))
    marker = tmp_path / "killed"
    first = kept.start(stage, str(marker), module="tests.e2e.killed_worker")
    first.communicate(timeout=60)
    assert (first.returncode, marker.exists()) == (-signal.SIGKILL, True)
    time.sleep(1.2)  # the dead worker's lease, 1 s here
    ended = asyncio.run(drained(kept, request_id))
    assert ended.state == "completed", ended.message
    assert sorted(ended.available) == ["audio", "text", "video"]
    rows = sorted((row.kind, row.item, float(row.amount_usd)) for row in ended.cost.entries)
    assert rows == [("charge", "audio", 0.012), ("charge", "text", 0.005), ("charge", "video", 0.183)]
    again = {row.name: row.attempts for row in ended.stages}
    assert again == {name: 2 if name == stage else 1 for name in STAGES}
