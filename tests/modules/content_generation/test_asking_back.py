"""Requests that ask back, and go on with an answer: the same id, one job at a time, nothing charged twice."""

import asyncio

import pytest

from modules.content_generation.interface import Answer, Level, NotWaitingError
from modules.kernel.interface import Modality, RequestId, TopicId
from modules.rag.interface import UnknownTopicError
from modules.request_tracking.interface import RequestState, Stage, StageState
from tests.modules.content_generation.conftest import PHOTOSYNTHESIS, House

pytestmark = pytest.mark.postgres


async def waiting(house: House, query: str = "science") -> RequestId:
    request = await house.done(query)
    assert request.state is RequestState.NEEDS_CLARIFICATION
    assert 1 < len(request.choices) <= 4
    assert await house.ledger(request.id) == set()
    return request.id


async def test_a_chosen_topic_resumes_the_same_request(house: House) -> None:
    request_id = await waiting(house)
    await house.content.answer(request_id, Answer(topic_id=PHOTOSYNTHESIS))
    await house.drain()
    request = await house.tracking.get(request_id)
    assert (request.state, request.available) == (RequestState.COMPLETED, (Modality.TEXT,))
    assert request.lesson_id
    assert (await house.content.lesson(request.lesson_id)).title == "Photosynthesis"
    understand = request.stages[0]
    assert (understand.stage, understand.state) == (Stage.UNDERSTAND, StageState.SKIPPED)
    assert len(await house.ledger(request_id)) == 3


@pytest.mark.parametrize("said", ["photosynthesis", "Photosynthesis", "the photosynthesis one please"])
async def test_words_resume_it_too(house: House, said: str) -> None:
    request_id = await waiting(house)
    await house.content.answer(request_id, Answer(text=said))
    await house.drain()
    request = await house.tracking.get(request_id)
    assert request.state is RequestState.COMPLETED
    assert request.lesson_id
    assert (await house.content.lesson(request.lesson_id)).title == "Photosynthesis"


@pytest.mark.parametrize("answer", [Answer(topic_id=PHOTOSYNTHESIS), Answer(text="photosynthesis")])
async def test_the_level_of_the_order_is_kept(house: House, answer: Answer) -> None:
    request_id = (await house.done("science", level=Level.DEEPER)).id
    await house.content.answer(request_id, answer)
    await house.drain()
    request = await house.tracking.get(request_id)
    assert request.lesson_id
    assert (await house.content.lesson(request.lesson_id)).level is Level.DEEPER


async def test_a_number_means_a_choice(house: House) -> None:
    request_id = await waiting(house)
    second = (await house.tracking.get(request_id)).choices[1]
    await house.content.answer(request_id, Answer(text="2"))
    await house.drain()
    request = await house.tracking.get(request_id)
    assert request.lesson_id
    assert (await house.content.lesson(request.lesson_id)).title == second.title


async def test_the_same_answer_ten_times_at_once_is_one(house: House) -> None:
    request_id = await waiting(house)
    chosen = Answer(topic_id=PHOTOSYNTHESIS)
    await asyncio.gather(*(house.content.answer(request_id, chosen) for _ in range(10)))
    assert (await house.worker.stats()).queued == 1
    await house.drain()
    await house.content.answer(request_id, chosen)
    assert (await house.worker.stats()).queued == 0
    assert (await house.tracking.get(request_id)).state is RequestState.COMPLETED
    with pytest.raises(NotWaitingError):
        await house.content.answer(request_id, Answer(text="osmosis"))


async def test_two_rounds_of_words_then_a_list_that_only_a_topic_answers(house: House) -> None:
    request_id = await waiting(house)
    for said in ("biology", "physics"):
        await house.content.answer(request_id, Answer(text=said))
        await house.drain()
    request = await house.tracking.get(request_id)
    assert (request.state, request.error_code) == (
        RequestState.NEEDS_CLARIFICATION,
        "content_generation.choose_a_topic",
    )
    assert len(request.choices) > 4
    assert {choice.topic_id for choice in request.choices} <= set(house.rag.held)
    with pytest.raises(NotWaitingError):
        await house.content.answer(request_id, Answer(text="chemistry"))
    await house.content.answer(request_id, Answer(topic_id=PHOTOSYNTHESIS))
    await house.drain()
    assert (await house.tracking.get(request_id)).state is RequestState.COMPLETED


async def test_a_topic_that_does_not_exist_changes_nothing(house: House) -> None:
    request_id = await waiting(house)
    with pytest.raises(UnknownTopicError):
        await house.content.answer(request_id, Answer(topic_id=TopicId("no/such")))
    assert (await house.tracking.get(request_id)).state is RequestState.NEEDS_CLARIFICATION


async def test_a_resumed_request_can_be_cancelled(house: House) -> None:
    request_id = await waiting(house)
    await house.content.answer(request_id, Answer(topic_id=PHOTOSYNTHESIS))
    await house.content.cancel(request_id)
    await house.drain()
    assert (await house.tracking.get(request_id)).state is RequestState.CANCELLED
    assert (await house.worker.stats()).queued == 0
    assert await house.ledger(request_id) == set()


async def test_a_cry_for_help_in_an_answer_is_heard(house: House) -> None:
    request_id = await waiting(house)
    await house.content.answer(request_id, Answer(text="i dont care i want to die"))
    await house.drain()
    request = await house.tracking.get(request_id)
    assert (request.state, request.error_code) == (RequestState.DECLINED, "content_generation.crisis")
    assert [flag.request_id for flag in await house.content.flags()] == [request_id]
