"""The fake and the real lesson_feedback keep the same contract; and what only the whole of it on PostgreSQL shows."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from modules.content_generation.interface import LessonWithdrawnError, Level
from modules.kernel.database import SqlDatabase, session_of
from modules.kernel.interface import PersonId, RequestId
from modules.lesson_feedback.factory import create_lesson_feedback
from modules.lesson_feedback.interface import (
    AlreadyDecidedError,
    Change,
    Outcome,
    ReviewState,
    Verdict,
)
from modules.lesson_writing.interface import LessonWriter
from modules.request_tracking.interface import RequestState
from tests.contracts.lesson_feedback import LessonFeedbackContract, Subject, order, person
from tests.fakes.content_generation import FakeContentGeneration
from tests.fakes.kernel import FakeClock
from tests.fakes.lesson_feedback import FakeLessonFeedback
from tests.fakes.request_tracking import FakeRequestTracking
from tests.modules.content_generation.conftest import RewritingWriter, build_house
from tests.modules.lesson_writing.lessons import WRITER, lesson
from tests.modules.lesson_writing.library import LibraryRag


def fake() -> Subject:
    tracking = FakeRequestTracking()
    content = FakeContentGeneration(tracking=tracking, interests=WRITER.interests())

    async def work(request_id: RequestId) -> None:
        await content.deliver(request_id, replace(lesson(), grade=(await tracking.get(request_id)).grade))

    feedback = FakeLessonFeedback(content=content, tracking=tracking, rag=LibraryRag())
    return Subject(feedback=feedback, content=content, tracking=tracking, work=work)


@pytest.fixture
def real(database: SqlDatabase, tmp_path: Path) -> Subject:
    return assembled(database, tmp_path)


def assembled(database: SqlDatabase, tmp_path: Path, writer: LessonWriter | None = None) -> Subject:
    house = build_house(database, tmp_path / "work", poll_seconds=0.1, writer=writer)

    async def work(_request_id: RequestId) -> None:
        await house.drain()

    feedback = create_lesson_feedback(
        database=database, clock=FakeClock(), content=house.content, tracking=house.tracking, rag=house.rag
    )
    return Subject(feedback=feedback, content=house.content, tracking=house.tracking, work=work)


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        return fake()
    found = request.getfixturevalue("real")
    assert isinstance(found, Subject)
    return found


class TestLessonFeedback(LessonFeedbackContract):
    """The contract itself stands in tests/contracts/lesson_feedback.py."""


@pytest.mark.postgres
async def test_a_derived_lesson_is_made_and_is_another_one(real: Subject) -> None:
    ada = person()
    first = await real.had_by(ada)
    request_id = await real.feedback.derive(first, Change.SIMPLER, by=ada)
    await real.work(request_id)
    derived = await real.tracking.get(request_id)
    assert (derived.state, derived.grade) == (RequestState.COMPLETED, 10)
    assert derived.lesson_id not in {None, first}
    assert derived.lesson_id
    told = await real.content.lesson(derived.lesson_id)
    assert (told.topic_id, told.level) == ((await real.content.lesson(first)).topic_id, Level.SIMPLER)


@pytest.mark.postgres
async def test_a_fix_that_would_say_the_same_again_is_not_delivered(real: Subject) -> None:
    ada = person()
    review_id = await real.reported(ada, await real.had_by(ada))
    decided = await real.feedback.decide(review_id, Verdict.FIX, by="cli", reason="Wrong.")
    assert decided.request_id
    await real.work(decided.request_id)
    anew = await real.tracking.get(decided.request_id)
    assert (anew.state, anew.error_code) == (RequestState.INSUFFICIENT_SOURCES, LessonWithdrawnError.code)
    (notice,) = await real.feedback.notices(ada)
    assert "if a better one can be written" in notice.text


@pytest.mark.postgres
async def test_a_fixed_lesson_is_built_anew_for_its_reporter(database: SqlDatabase, tmp_path: Path) -> None:
    real, ada = assembled(database, tmp_path, RewritingWriter()), person()
    first = await real.had_by(ada, level=Level.DEEPER)
    decided = await real.feedback.decide(
        await real.reported(ada, first), Verdict.FIX, by="cli", reason="The book was corrected."
    )
    assert decided.request_id
    await real.work(decided.request_id)
    anew = await real.tracking.get(decided.request_id)
    assert anew.state is RequestState.COMPLETED
    assert anew.lesson_id
    assert anew.lesson_id != first
    assert (await real.content.lesson(anew.lesson_id)).level is Level.DEEPER


@pytest.mark.postgres
async def test_of_two_reviewers_at_once_one_decides(real: Subject) -> None:
    ada = person()
    review_id = await real.reported(ada, await real.had_by(ada))
    done = await asyncio.gather(
        real.feedback.decide(review_id, Verdict.WITHDRAW, by="one", reason="Wrong."),
        real.feedback.decide(review_id, Verdict.FIX, by="two", reason="Wrong."),
        return_exceptions=True,
    )
    assert sum(isinstance(one, AlreadyDecidedError) for one in done) == 1
    assert len(await real.feedback.notices(ada)) == 1


@pytest.mark.postgres
async def test_reports_at_once_are_one_review(real: Subject) -> None:
    ada = person()
    lesson_id = await real.had_by(ada)
    ids = await asyncio.gather(*(real.reported(ada, lesson_id) for _ in range(5)))
    assert len(set(ids)) == 1
    assert [one.state for one in await real.feedback.reviews()] == [ReviewState.PENDING]


@pytest.mark.postgres
async def test_a_failed_decision_leaves_everything_as_it_was(real: Subject, database: SqlDatabase) -> None:
    ada = person()
    lesson_id = await real.had_by(ada)
    review_id = await real.reported(ada, lesson_id)
    async with database.transaction() as tx:
        refuse = "ALTER TABLE lesson_feedback.notices ADD CONSTRAINT nobody CHECK (kind <> 'lesson_withdrawn')"
        await session_of(tx).execute(text(refuse))
    with pytest.raises(Exception, match="nobody"):
        await real.feedback.decide(review_id, Verdict.WITHDRAW, by="cli", reason="Wrong.")
    await real.content.lesson(lesson_id)
    assert (await real.feedback.review(review_id)).state is ReviewState.PENDING


@pytest.mark.postgres
async def test_prewarming_builds_within_its_budget_and_the_second_time_nothing(real: Subject) -> None:
    by = PersonId(uuid4())
    made = await real.feedback.prewarm(order(topics=2, budget="0.015"), by=by, run=real.work)
    assert [one.outcome for one in made] == [Outcome.BUILT] * 3 + [Outcome.OVER_BUDGET]
    assert sum(one.cost_usd for one in made) == Decimal("0.015")
    again = await real.feedback.prewarm(order(topics=2, budget="0.015"), by=by, run=real.work)
    assert [one.outcome for one in again] == [Outcome.THERE] * 3 + [Outcome.BUILT]


@pytest.mark.postgres
async def test_a_simpler_lesson_does_not_stand_in_for_the_one_to_build_ahead(real: Subject) -> None:
    await real.had_by(person(), level=Level.SIMPLER)
    (topic_id,) = {one.topic_id for one in await real.feedback.similar("What is photosynthesis?")}
    made = await real.feedback.prewarm(order(), by=PersonId(uuid4()), run=real.work)
    assert [(one.topic_id, one.outcome) for one in made] == [(topic_id, Outcome.BUILT)] * 2
