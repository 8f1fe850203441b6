"""What a withdrawn lesson means for those who ask after it, on real PostgreSQL."""

import asyncio
from pathlib import Path

import pytest

from modules.content_generation.interface import LessonWithdrawnError, TopicBlockedError
from modules.kernel.database import SqlDatabase
from modules.kernel.interface import LessonId, Modality
from modules.request_tracking.interface import RequestState
from tests.modules.content_generation.conftest import PHOTOSYNTHESIS, House, RewritingWriter, build_house

pytestmark = pytest.mark.postgres
QUESTION = "Explain photosynthesis with basketball"


async def lesson_of(house: House, **changes: object) -> LessonId:
    request = await house.done(QUESTION, **changes)
    assert request.lesson_id, request.message
    return request.lesson_id


async def withdraw(house: House, lesson_id: LessonId, *, block_topic: bool = False) -> None:
    async with house.database.transaction() as tx:
        await house.content.withdraw(lesson_id, block_topic=block_topic, tx=tx)


async def test_the_next_request_builds_a_lesson_of_its_own_and_shares_it(database: SqlDatabase, tmp_path: Path) -> None:
    house = build_house(database, tmp_path, poll_seconds=0.1, writer=RewritingWriter())
    first = await lesson_of(house)
    await withdraw(house, first)
    request = await house.done(QUESTION)
    second = request.lesson_id
    assert second
    assert second != first
    assert ("charge", "text", "0.005", "") in await house.ledger(request.id)
    assert await lesson_of(house) == second
    with pytest.raises(LessonWithdrawnError):
        await house.content.lesson(first)
    await withdraw(house, second)
    third = await lesson_of(house, topic_id=PHOTOSYNTHESIS)
    assert third not in {first, second}


async def test_what_would_say_the_same_again_is_not_delivered(house: House) -> None:
    await withdraw(house, await lesson_of(house))
    request = await house.done(QUESTION, Modality.AUDIO)
    assert (request.state, request.error_code) == (RequestState.INSUFFICIENT_SOURCES, LessonWithdrawnError.code)
    assert "nothing better" in request.message
    assert (await house.ledger(request.id), await house.open_builds()) == (set(), 0)
    assert await house.content.lessons_of(PHOTOSYNTHESIS) == ()


async def test_other_lessons_of_the_topic_stay(house: House) -> None:
    first, other = await lesson_of(house), await lesson_of(house, interest="int_music")
    await withdraw(house, first)
    assert await lesson_of(house, interest="int_music") == other
    assert [(one.id, one.interest_id, one.current) for one in await house.content.lessons_of(PHOTOSYNTHESIS)] == [
        (other, "int_music", True)
    ]


async def test_a_blocked_topic_declines_and_costs_nothing(house: House) -> None:
    await withdraw(house, await lesson_of(house), block_topic=True)
    request = await house.done(QUESTION)
    assert (request.state, request.error_code) == (RequestState.DECLINED, TopicBlockedError.code)
    assert (await house.ledger(request.id), await house.open_builds()) == (set(), 0)
    await house.content.allow(PHOTOSYNTHESIS)
    await lesson_of(house, interest="int_music")


async def test_a_cry_for_help_beside_a_blocked_topic_is_heard(house: House) -> None:
    await withdraw(house, await lesson_of(house), block_topic=True)
    request = await house.done("i dont care i want to die", topic_id=PHOTOSYNTHESIS)
    assert (request.state, request.error_code) == (RequestState.DECLINED, "content_generation.crisis")
    assert [flag.request_id for flag in await house.content.flags()] == [request.id]


async def test_nothing_more_is_made_of_a_lesson_that_is_withdrawn_meanwhile(house: House) -> None:
    house.speech.started, house.speech.go_on = asyncio.Event(), asyncio.Event()
    request_id = await house.ask(QUESTION, Modality.VIDEO)
    running = asyncio.create_task(house.drain())
    await asyncio.wait_for(house.speech.started.wait(), 10)
    lesson_id = (await house.tracking.get(request_id)).lesson_id
    assert lesson_id
    await withdraw(house, lesson_id)
    house.speech.go_on.set()
    await running
    request = await house.tracking.get(request_id)
    assert (request.state, request.error_code) == (RequestState.PARTIAL, LessonWithdrawnError.code)
    assert house.video.calls == 0


async def test_withdrawing_waits_for_a_delivery_under_way(house: House) -> None:
    lesson_id = await lesson_of(house)
    repository = house.content._lessons  # type: ignore[attr-defined]
    key = (await house.content.lesson(lesson_id)).key
    async with house.database.transaction() as tx:
        assert await repository.id_of(key, tx=tx) == lesson_id
        withdrawing = asyncio.create_task(withdraw(house, lesson_id))
        await asyncio.wait({withdrawing}, timeout=0.3)
        assert not withdrawing.done()
    await asyncio.wait_for(withdrawing, 5)
