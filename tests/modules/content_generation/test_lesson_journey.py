"""A question's way to a lesson, on real PostgreSQL."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import structlog
from structlog.testing import capture_logs
from typing_extensions import override

from modules.content_generation.domain.orders import Payload, written
from modules.content_generation.interface import (
    ArtefactKind,
    ArtefactMissingError,
    BadOrderError,
    TextFormat,
    UnknownInterestError,
    UnknownLessonError,
)
from modules.integrations.interface import EngineFailedError, EngineUnavailableError, StorageFullError
from modules.kernel.database import SqlDatabase
from modules.kernel.interface import DatabaseUnavailableError, JobId, LessonId, Modality, RequestId, TopicId
from modules.lesson_writing.interface import Brief, Lesson, Section, SectionKind, Sentence, SentenceKind
from modules.lesson_writing.service import BuiltinLessonWriter
from modules.quizzes.factory import create_quizzes
from modules.rag.interface import UnknownTopicError
from modules.request_tracking.interface import RequestState, Stage, StageState, UnknownRequestError
from modules.rubric.interface import Check
from tests.modules.content_generation.conftest import PHOTOSYNTHESIS, House, build_house, order

pytestmark = pytest.mark.postgres
TEXT, AUDIO, VIDEO = Modality.TEXT, Modality.AUDIO, Modality.VIDEO
QUESTION = "Explain photosynthesis with basketball"
SAVED_VIDEO = ("saving", "video", "0.183", "not asked for")
SAVED_AUDIO = ("saving", "audio", "0.012", "not asked for")
CHARGED = {
    TEXT: ("charge", "text", "0.005", ""),
    AUDIO: ("charge", "audio", "0.012", ""),
    VIDEO: ("charge", "video", "0.183", ""),
}
SAVED = "Video generation SKIPPED - COST SAVINGS: $0.183 saved per request"


async def test_text_alone_costs_text_and_says_what_it_saved(house: House) -> None:
    with capture_logs() as logs:
        request = await house.done(QUESTION)
    assert (request.state, request.progress, request.available) == (RequestState.COMPLETED, 100, (TEXT,))
    assert await house.ledger(request.id) == {CHARGED[TEXT], SAVED_VIDEO, SAVED_AUDIO}
    assert [entry["event"] for entry in logs].count(SAVED) == 1
    assert (house.speech.calls, house.video.calls) == (0, 0)
    assert request.lesson_id
    lesson = await house.content.lesson(request.lesson_id)
    assert (lesson.interest_id, lesson.title, lesson.grade) == ("int_basketball", "Photosynthesis", 10)
    assert [check.name for check in lesson.receipt.checks] == list(Check)
    assert all(0 <= check.score <= 1 for check in lesson.receipt.checks)
    assert "# Photosynthesis" in await house.content.rendering(lesson.id, TextFormat.MARKDOWN)
    assert "<h1>Photosynthesis</h1>" in await house.content.rendering(lesson.id, TextFormat.HTML)
    with pytest.raises(ArtefactMissingError):
        await house.content.artefact(lesson.id, ArtefactKind.AUDIO)


async def test_video_alone_is_narrated_and_saves_nothing(house: House) -> None:
    with capture_logs() as logs:
        request = await house.done("Explain photosynthesis", VIDEO)
    assert request.state is RequestState.COMPLETED
    assert await house.ledger(request.id) == set(CHARGED.values())
    assert SAVED not in [entry["event"] for entry in logs]
    assert request.lesson_id
    files = await house.content.artefacts(request.lesson_id)
    assert {artefact.kind for artefact in files} == set(ArtefactKind)
    for artefact in files:
        blob = await house.blobs.stat(artefact.blob_key)
        assert (blob.size_bytes, blob.sha256) == (artefact.size_bytes, artefact.sha256)
        assert artefact.blob_key.startswith(f"lessons/{request.lesson_id}/")
    assert list(house.workspace.iterdir()) == []


async def test_text_and_audio_skip_the_video_only(house: House) -> None:
    request = await house.done("Explain photosynthesis", TEXT, AUDIO)
    assert request.available == (TEXT, AUDIO)
    assert await house.ledger(request.id) == {CHARGED[TEXT], CHARGED[AUDIO], SAVED_VIDEO}
    states = {status.stage: (status.state, status.note) for status in request.stages}
    assert states[Stage.RENDER] == (StageState.SKIPPED, "not asked for")
    assert request.lesson_id
    captions = await house.content.artefact(request.lesson_id, ArtefactKind.CAPTIONS)
    content = b"".join([piece async for piece in house.blobs.read(captions.blob_key)])
    assert content.startswith(b"WEBVTT")


async def test_a_second_student_shares_the_lesson_and_its_files(house: House) -> None:
    first = await house.done(QUESTION, TEXT, AUDIO, VIDEO)
    second = await house.done("photosynthesis with basketball", TEXT, AUDIO, VIDEO)
    assert second.state is RequestState.COMPLETED
    assert second.lesson_id == first.lesson_id
    assert (house.speech.calls, house.video.calls) == (1, 1)
    shared = {
        (kind, item, amount) for kind, item, amount, note in await house.ledger(second.id) if note == "shared lesson"
    }
    assert shared == {("saving", "text", "0.005"), ("saving", "audio", "0.012"), ("saving", "video", "0.183")}
    assert len(await house.ledger(second.id)) == 3
    states = {status.stage: status.state for status in second.stages}
    assert set(states.values()) == {StageState.DONE, StageState.SHARED}
    assert states[Stage.WRITE] is states[Stage.NARRATE] is StageState.SHARED


async def test_a_later_request_adds_the_video_to_a_shared_text(house: House) -> None:
    await house.done(QUESTION)
    second = await house.done(QUESTION, TEXT, VIDEO)
    assert second.state is RequestState.COMPLETED
    assert await house.ledger(second.id) == {
        ("saving", "text", "0.005", "shared lesson"),
        CHARGED[AUDIO],
        CHARGED[VIDEO],
    }


@pytest.mark.parametrize(
    "changes", [{"grade": 8}, {"interest": "int_music"}, {"query": "the water cycle with basketball"}]
)
async def test_another_grade_interest_or_topic_is_another_lesson(house: House, changes: dict[str, object]) -> None:
    first = await house.done(QUESTION)
    second = await house.done(QUESTION, **changes)
    assert second.lesson_id != first.lesson_id
    assert CHARGED[TEXT] in await house.ledger(second.id)


async def test_twelve_at_once_get_one_build(house: House) -> None:
    ids = [await house.ask(QUESTION, TEXT, AUDIO) for _ in range(12)]
    await house.drain(concurrency=6)
    requests = [await house.tracking.get(one) for one in ids]
    assert {request.state for request in requests} == {RequestState.COMPLETED}
    assert len({request.lesson_id for request in requests}) == 1
    assert house.speech.calls == 1
    assert house.rag.calls.count("passages") == 1
    ledgers = [await house.ledger(one) for one in ids]
    assert sum(CHARGED[TEXT] in ledger for ledger in ledgers) == 1
    assert sum(CHARGED[AUDIO] in ledger for ledger in ledgers) == 1


class CrashError(Exception):
    """The worker dies here."""


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_in_a_stage_costs_nothing_twice(house: House, stage: Stage, when: str) -> None:
    """`before`: in the middle of its work; `after`: in the transaction that would close it."""
    request_id = await house.ask(QUESTION, TEXT, AUDIO, VIDEO)
    with house.crash_once(stage, when, CrashError()):
        await house.drain()
    request = await house.tracking.get(request_id)
    assert request.state is RequestState.COMPLETED
    assert await house.ledger(request_id) == set(CHARGED.values())
    attempts = {status.stage: status.attempts for status in request.stages}
    assert attempts == {one: 2 if one is stage else 1 for one in Stage}
    assert request.lesson_id
    assert len(await house.content.artefacts(request.lesson_id)) == len(ArtefactKind)
    assert await house.open_builds() == 0


@pytest.mark.parametrize("fault", [EngineFailedError("crashed"), StorageFullError("full")])
async def test_a_medium_that_keeps_failing_leaves_the_text(house: House, fault: EngineFailedError) -> None:
    house.video.fault = fault
    request = await house.done(QUESTION, TEXT, AUDIO, VIDEO)
    assert (request.state, request.available) == (RequestState.PARTIAL, (TEXT, AUDIO))
    assert request.message == "The lesson is ready to read. Its video could not be made."
    assert request.error_code == fault.code
    assert await house.ledger(request.id) == {CHARGED[TEXT], CHARGED[AUDIO]}
    assert house.video.calls == 3
    assert await house.open_builds() == 0


@pytest.mark.parametrize("medium", [AUDIO, VIDEO])
async def test_a_replay_makes_what_was_missing(house: House, medium: Modality) -> None:
    engine = house.speech if medium is AUDIO else house.video
    engine.fault = EngineFailedError("crashed")
    before = await house.done(QUESTION, TEXT, AUDIO, VIDEO)
    assert before.state is RequestState.PARTIAL
    engine.fault = None

    await house.worker.replay(JobId(before.id))
    await house.drain()

    request = await house.tracking.get(before.id)
    assert (request.state, request.progress, request.error_code) == (RequestState.COMPLETED, 100, "")
    assert await house.ledger(request.id) == set(CHARGED.values())
    assert house.rag.calls.count("passages") == 1
    assert request.lesson_id
    assert len(await house.content.artefacts(request.lesson_id)) == len(ArtefactKind)


async def test_a_replay_starts_a_request_that_failed_before_its_text(house: House) -> None:
    house.rag.fault = DatabaseUnavailableError("away")
    before = await house.done(QUESTION)
    assert before.state is RequestState.FAILED
    house.rag.fault = None

    await house.worker.replay(JobId(before.id))
    await house.drain()

    assert (await house.tracking.get(before.id)).state is RequestState.COMPLETED
    assert await house.ledger(before.id) == {CHARGED[TEXT], SAVED_VIDEO, SAVED_AUDIO}


async def test_a_job_that_was_not_replayed_reopens_nothing(house: House) -> None:
    house.speech.fault = EngineUnavailableError("eSpeak NG is not installed; add the extra media")
    ended = await house.done(QUESTION, TEXT, AUDIO)
    house.speech.fault = None
    again = written(Payload(request_id=ended.id, topic_id=None))
    async with house.database.transaction() as tx:
        await house.worker.enqueue("lesson", again, tx=tx, job_id=JobId(uuid4()))

    assert await house.drain() == 1

    assert await house.tracking.get(ended.id) == ended
    assert ended.state is RequestState.PARTIAL


async def test_a_passing_fault_is_tried_again(house: House) -> None:
    house.speech.fault = EngineFailedError("crashed")
    request_id = await house.ask(QUESTION, TEXT, AUDIO)
    with house.crash_once(Stage.CHECK, "before", EngineFailedError("busy")):
        house.speech.fault = None
        await house.drain()
    assert (await house.tracking.get(request_id)).state is RequestState.COMPLETED


async def test_a_missing_engine_is_not_tried_again(house: House) -> None:
    house.speech.fault = EngineUnavailableError("eSpeak NG is not installed; add the extra media")
    request = await house.done(QUESTION, AUDIO, VIDEO)
    assert (request.state, request.error_code) == (RequestState.PARTIAL, "integrations.engine_unavailable")
    assert request.message == "The lesson is ready to read. Its audio and video could not be made."
    assert house.speech.calls == 1
    assert {status.stage: status.state for status in request.stages}[Stage.NARRATE] is StageState.FAILED


async def test_an_outage_is_tried_again_and_never_asks_back(house: House) -> None:
    house.rag.fault = DatabaseUnavailableError("away")
    request = await house.done(QUESTION)
    assert (request.state, request.choices) == (RequestState.FAILED, ())
    assert request.error_code == DatabaseUnavailableError.code
    assert house.rag.calls == ["match"] * 3
    assert await house.ledger(request.id) == set()


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("best pizza place", RequestState.OUT_OF_SCOPE),
        ("teach me Klingon verbs", RequestState.OUT_OF_SCOPE),
        ("What were the causes of the French Revolution?", RequestState.INSUFFICIENT_SOURCES),
        ("Tell me about science", RequestState.NEEDS_CLARIFICATION),
    ],
)
async def test_what_has_no_lesson_ends_at_once_and_free(house: House, query: str, state: RequestState) -> None:
    request = await house.done(query)
    assert (request.state, request.lesson_id) == (state, None)
    assert request.message
    assert [status.attempts for status in request.stages if status.stage is Stage.UNDERSTAND] == [1]
    assert await house.ledger(request.id) == set()
    assert await house.worker.dead_letters() == []


async def test_a_chosen_topic_is_not_guessed_again(house: House) -> None:
    request = await house.done("science with basketball", topic_id=PHOTOSYNTHESIS)
    assert request.state is RequestState.COMPLETED
    assert "match" not in house.rag.calls
    assert request.lesson_id
    assert (await house.content.lesson(request.lesson_id)).interest_id == "int_basketball"
    states = {status.stage: (status.state, status.note) for status in request.stages}
    assert states[Stage.UNDERSTAND] == (StageState.SKIPPED, "the topic was chosen")


async def test_a_source_too_thin_for_a_lesson_is_said_so(house: House) -> None:
    house.rag.thin = True
    request = await house.done(QUESTION)
    assert (request.state, request.lesson_id) == (RequestState.INSUFFICIENT_SOURCES, None)
    assert await house.open_builds() == 0
    assert await house.ledger(request.id) == set()


class SpoilingWriter(BuiltinLessonWriter):
    """Writes a true lesson, and then spoils the facts of its explanation, each or the first."""

    def __init__(self, *, every: bool) -> None:
        super().__init__(quizzes=create_quizzes())
        self._every = every

    @override
    def write(self, brief: Brief) -> Lesson:
        made, spoilt = super().write(brief), list[Section]()
        left = 1000 if self._every else 1
        for section in made.sections:
            lines = list[Sentence]()
            for one in section.sentences:
                spoil = left > 0 and one.kind is SentenceKind.FACT and section.kind is SectionKind.EXPLANATION
                left -= spoil
                lines.append(replace(one, text=f"It is never true that {one.text}") if spoil else one)
            spoilt.append(replace(section, sentences=tuple(lines)))
        return replace(made, sections=tuple(spoilt), quiz=() if self._every else made.quiz)


async def test_a_false_sentence_is_mended_before_anybody_reads_it(database: SqlDatabase, tmp_path: Path) -> None:
    honest = build_house(database, tmp_path, poll_seconds=0.1)
    spoilt = build_house(database, tmp_path, poll_seconds=0.1, writer=SpoilingWriter(every=False))
    true = await honest.done(QUESTION)
    mended = await spoilt.done(QUESTION, grade=9)
    assert mended.state is RequestState.COMPLETED
    assert mended.lesson_id
    assert true.lesson_id
    lesson, told = await spoilt.content.lesson(mended.lesson_id), await honest.content.lesson(true.lesson_id)
    lines = [one.text for section in lesson.sections for one in section.sentences]
    assert not [line for line in lines if "never true" in line]
    assert len(lines) >= sum(len(section.sentences) for section in told.sections) - 1
    scores = {check.name: check.score for check in lesson.receipt.checks}
    assert scores[Check.GROUNDEDNESS] == 1


async def test_a_lesson_under_the_gate_is_not_delivered_with_a_warning(database: SqlDatabase, tmp_path: Path) -> None:
    house = build_house(database, tmp_path, poll_seconds=0.1, writer=SpoilingWriter(every=True))
    request = await house.done(QUESTION)
    assert (request.state, request.lesson_id) == (RequestState.INSUFFICIENT_SOURCES, None)
    assert request.error_code == "content_generation.ungrounded_lesson"
    assert await house.ledger(request.id) == set()
    assert await house.open_builds() == 0


async def test_a_lesson_in_a_language_that_nobody_can_judge_is_not_delivered(house: House) -> None:
    house.rag.language = "sw"
    request = await house.done(QUESTION)
    assert (request.state, request.lesson_id) == (RequestState.INSUFFICIENT_SOURCES, None)


async def test_an_order_out_of_bounds_writes_nothing(house: House) -> None:
    request_id = RequestId(uuid4())
    with pytest.raises(BadOrderError):
        await house.content.submit(order("", request_id=request_id))
    with pytest.raises(UnknownInterestError):
        await house.content.submit(order("light", interest="int_nothing", request_id=request_id))
    with pytest.raises(UnknownTopicError):
        await house.content.submit(order("light", topic_id=TopicId("nobody/knows"), request_id=request_id))
    with pytest.raises(UnknownRequestError):
        await house.tracking.get(request_id)
    assert (await house.worker.stats()).queued == 0


async def test_the_same_order_twice_is_one_request(house: House) -> None:
    request_id = RequestId(uuid4())
    made = order(QUESTION, request_id=request_id)
    assert await house.content.submit(made) == await house.content.submit(made) == request_id
    assert await house.drain() == 1


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"not json", "bad_payload"),
        (json.dumps({"version": 1}).encode(), "bad_payload"),
        (json.dumps({"version": 1, "request_id": "test-smoke-002"}).encode(), "bad_payload"),
        (json.dumps({"version": 1, "request_id": str(UUID(int=7))}).encode(), "unknown_request"),
    ],
)
async def test_a_poisoned_job_dies_at_once(house: House, payload: bytes, reason: str) -> None:
    async with house.database.transaction() as tx:
        await house.worker.enqueue("lesson", payload, tx=tx, job_id=JobId(uuid4()))
    assert await house.drain() == 1
    (dead,) = await house.worker.dead_letters()
    assert (dead.reason, dead.attempts, dead.message.endswith(".")) == (reason, 1, True)
    assert house.rag.calls == []


async def test_a_cancelled_request_does_no_more_and_costs_no_more(house: House) -> None:
    request_id = await house.ask(QUESTION, TEXT, AUDIO)
    house.speech.started, house.speech.go_on = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(house.drain())
    await asyncio.wait_for(house.speech.started.wait(), 10)
    await house.content.cancel(request_id)
    house.speech.go_on.set()
    await running
    request = await house.tracking.get(request_id)
    assert (request.state, request.available) == (RequestState.CANCELLED, (TEXT,))
    assert CHARGED[AUDIO] not in await house.ledger(request_id)
    assert await house.open_builds() == 0
    await house.content.cancel(request_id)
    with pytest.raises(UnknownRequestError):
        await house.content.cancel(RequestId(uuid4()))


async def test_a_cancel_stops_a_running_narration_at_once(database: SqlDatabase, tmp_path: Path) -> None:
    house = build_house(database, tmp_path, poll_seconds=30)
    request_id = await house.ask(QUESTION, TEXT, AUDIO)
    house.speech.started, house.speech.go_on = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(house.drain())
    await asyncio.wait_for(house.speech.started.wait(), 10)
    await house.content.cancel(request_id)
    await asyncio.wait_for(running, 3)
    assert house.speech.calls == 0
    assert (await house.tracking.get(request_id)).state is RequestState.CANCELLED


async def test_a_log_that_cannot_be_written_changes_nothing(house: House) -> None:
    def full(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if event["event"] == SAVED:
            raise OSError(28, "No space left on device")
        raise structlog.DropEvent

    structlog.configure(processors=[full])
    try:
        request = await house.done(QUESTION)
    finally:
        structlog.reset_defaults()
    assert request.state is RequestState.COMPLETED
    assert SAVED_VIDEO in await house.ledger(request.id)


async def test_a_claim_that_ran_out_is_taken_over(house: House) -> None:
    request_id = await house.ask(QUESTION)
    await house.claim_for_somebody_else(request_id, seconds=0.2)
    await house.drain()
    assert (await house.tracking.get(request_id)).state is RequestState.COMPLETED


async def test_an_unknown_lesson_is_said_so(house: House) -> None:
    nobody = LessonId(UUID(int=9))
    for call in (
        house.content.lesson(nobody),
        house.content.artefacts(nobody),
        house.content.artefact(nobody, ArtefactKind.VIDEO),
        house.content.rendering(nobody, TextFormat.HTML),
    ):
        with pytest.raises(UnknownLessonError):
            await call
