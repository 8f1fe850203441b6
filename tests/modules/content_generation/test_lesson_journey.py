"""A question's way to a lesson, on real PostgreSQL."""

import pytest
from structlog.testing import capture_logs

from modules.content_generation.interface import ArtefactKind, TextFormat
from modules.kernel.interface import Modality
from modules.request_tracking.interface import RequestState, Stage, StageState
from tests.modules.content_generation.conftest import House

pytestmark = pytest.mark.postgres
TEXT, AUDIO, VIDEO = Modality.TEXT, Modality.AUDIO, Modality.VIDEO
SAVED_VIDEO = ("saving", "video", "0.183", "not asked for")
SAVED_AUDIO = ("saving", "audio", "0.012", "not asked for")


async def test_text_alone_costs_text_and_says_what_it_saved(house: House) -> None:
    with capture_logs() as logs:
        request = await house.done("Explain photosynthesis with basketball")
    assert request.state is RequestState.COMPLETED
    assert request.progress == 100
    assert request.available == (TEXT,)
    assert await house.ledger(request.id) == {("charge", "text", "0.005", ""), SAVED_VIDEO, SAVED_AUDIO}
    saved = "Video generation SKIPPED - COST SAVINGS: $0.183 saved per request"
    assert [entry["event"] for entry in logs].count(saved) == 1
    assert (house.speech.calls, house.video.calls) == (0, 0)
    assert request.lesson_id
    lesson = await house.content.lesson(request.lesson_id)
    assert (lesson.interest_id, lesson.title) == ("int_basketball", "Photosynthesis")
    assert "# Photosynthesis" in await house.content.rendering(lesson.id, TextFormat.MARKDOWN)


async def test_video_alone_is_narrated_and_saves_nothing(house: House) -> None:
    request = await house.done("Explain photosynthesis", VIDEO)
    assert request.state is RequestState.COMPLETED
    assert await house.ledger(request.id) == {
        ("charge", "text", "0.005", ""),
        ("charge", "audio", "0.012", ""),
        ("charge", "video", "0.183", ""),
    }
    assert request.lesson_id
    kinds = {artefact.kind for artefact in await house.content.artefacts(request.lesson_id)}
    assert kinds == set(ArtefactKind)


async def test_text_and_audio_skip_the_video_only(house: House) -> None:
    request = await house.done("Explain photosynthesis", TEXT, AUDIO)
    assert request.available == (TEXT, AUDIO)
    assert await house.ledger(request.id) == {
        ("charge", "text", "0.005", ""),
        ("charge", "audio", "0.012", ""),
        SAVED_VIDEO,
    }
    states = {status.stage: (status.state, status.note) for status in request.stages}
    assert states[Stage.RENDER] == (StageState.SKIPPED, "not asked for")
