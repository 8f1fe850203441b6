"""The contract itself stands in tests/contracts/content_generation.py."""

from dataclasses import replace
from uuid import UUID

import pytest

from modules.content_generation.interface import Artefact, ArtefactKind, JudgedLesson
from modules.kernel.interface import LessonId, RequestId, TopicId
from modules.request_tracking.interface import Choice
from tests.contracts.content_generation import ContentGenerationContract, Subject
from tests.fakes.content_generation import FakeContentGeneration
from tests.fakes.kernel import FakeDatabase
from tests.fakes.request_tracking import FakeRequestTracking
from tests.modules.content_generation.conftest import House
from tests.modules.lesson_writing.lessons import PHOTOSYNTHESIS, WRITER, lesson
from tests.modules.rubric.test_starter_lessons import judged

AUDIO = Artefact(
    lesson_id=LessonId(UUID(int=1)),
    kind=ArtefactKind.AUDIO,
    blob_key="lessons/1/lesson.m4a",
    content_type="audio/mp4",
    size_bytes=1,
    sha256="0" * 64,
    duration_seconds=1.0,
    engine="fake",
)


def judged_lesson() -> JudgedLesson:
    """A starter lesson with its judgement."""
    report = judged(lesson())
    receipt = replace(lesson().receipt, checks=report.checks)
    return JudgedLesson(
        topic_id=PHOTOSYNTHESIS,
        interest_id="int_basketball",
        grade=lesson().grade,
        lesson=replace(lesson(), receipt=receipt),
        report=report,
        draft=report,
    )


@pytest.mark.unit
class TestFakeContentGeneration(ContentGenerationContract):
    @pytest.fixture
    def subject(self) -> Subject:
        tracking = FakeRequestTracking()
        content = FakeContentGeneration(tracking=tracking, interests=WRITER.interests())

        content.hold(judged_lesson())

        async def work(request_id: RequestId) -> None:
            await content.deliver(request_id, lesson(), AUDIO)

        async def ask_back(request_id: RequestId) -> None:
            await content.ask_back(request_id, Choice(topic_id=TopicId("a/b"), title="B", line=""))

        return Subject(
            content=content,
            tracking=tracking,
            work=work,
            ask_back=ask_back,
            topic_id=PHOTOSYNTHESIS,
            database=FakeDatabase(),
        )


@pytest.mark.postgres
class TestRealContentGeneration(ContentGenerationContract):
    @pytest.fixture
    def subject(self, house: House) -> Subject:
        async def work(_request_id: RequestId) -> None:
            await house.drain()

        return Subject(
            content=house.content,
            tracking=house.tracking,
            work=work,
            ask_back=work,
            topic_id=PHOTOSYNTHESIS,
            database=house.database,
        )
