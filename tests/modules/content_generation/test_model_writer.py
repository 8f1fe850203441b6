"""A lesson by a language model, from the question to the ledger: nothing ungrounded delivered, everything charged."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from modules.kernel.database import SqlDatabase
from modules.request_tracking.interface import RequestState
from tests.fakes.model_writing import FakePrompts
from tests.modules.content_generation.conftest import PHOTOSYNTHESIS, House, build_house
from tests.modules.language_models.loopback_model import LoopbackModel, Reply, loopback_model, said
from tests.modules.model_writing.answers import MODEL, good, with_fact, writer

QUERY = "Explain photosynthesis with basketball"
GOOD = json.dumps(good())
TOKENS = "2000 tokens read, 1000 written, in 1 calls"
TEXT = {
    ("charge", "text", "0.005", ""),
    ("saving", "audio", "0.012", "not asked for"),
    ("saving", "video", "0.183", "not asked for"),
}


@asynccontextmanager
async def house_with(
    database: SqlDatabase, workspace: Path, *replies: Reply, prompts: FakePrompts | None = None
) -> AsyncIterator[tuple[House, LoopbackModel]]:
    with loopback_model(*replies) as server:
        made = writer(server, prompts=prompts or FakePrompts())
        yield build_house(database, workspace, poll_seconds=0.1, writer=made), server


async def test_a_lesson_is_delivered_and_its_tokens_are_charged_once(database: SqlDatabase, tmp_path: Path) -> None:
    async with house_with(database, tmp_path, said(GOOD)) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert request.state is RequestState.COMPLETED, request.message
        assert await house.ledger(request.id) == TEXT | {("charge", "model_tokens", "0.0009", TOKENS)}
        assert request.lesson_id is not None
        lesson = await house.content.lesson(request.lesson_id)
        assert lesson.receipt.engine_version == f"{MODEL} lesson@1 r1"
        assert len(lesson.receipt.uses) == 1
        shared = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert shared.lesson_id == request.lesson_id
        assert ("saving", "text", "0.005", "shared lesson") in await house.ledger(shared.id)
        assert not any(item == "model_tokens" for _, item, _, _ in await house.ledger(shared.id))
        assert len(server.calls) == 1


async def test_another_version_writes_anew_and_going_back_finds_the_old_lesson(
    database: SqlDatabase, tmp_path: Path
) -> None:
    prompts = FakePrompts()
    async with house_with(database, tmp_path, said(GOOD), prompts=prompts) as (house, server):
        first = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        await prompts.activate("lesson", "2")
        second = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert second.state is RequestState.FAILED  # the fake's second version has no file to write by
        await prompts.rollback("lesson")
        third = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert third.lesson_id == first.lesson_id
        assert len(server.calls) == 1


async def test_an_ungrounded_claim_is_never_delivered(database: SqlDatabase, tmp_path: Path) -> None:
    async with house_with(database, tmp_path, said(with_fact("The moon is made of green cheese."))) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert request.lesson_id is not None
        lesson = await house.content.lesson(request.lesson_id)
        assert "cheese" not in repr(lesson)
        assert await house.ledger(request.id) == TEXT | {("charge", "model_tokens", "0.0009", TOKENS)}
        assert len(server.calls) == 1


async def test_no_claim_of_a_lesson_without_a_true_one_is_delivered_and_its_tokens_are_charged(
    database: SqlDatabase, tmp_path: Path
) -> None:
    made = good()
    for section in made["sections"]:
        for number, line in enumerate(section["sentences"]):
            if line["kind"] == "fact":
                line["text"] = f"Moon number {number} is made of green cheese and of old boots, as all sailors tell."
    async with house_with(database, tmp_path, said(json.dumps(made))) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        if request.lesson_id is not None:
            assert "cheese" not in repr(await house.content.lesson(request.lesson_id))
        assert ("charge", "model_tokens", "0.0009", TOKENS) in await house.ledger(request.id)
        assert len(server.calls) == 1


async def test_answers_that_cannot_be_used_end_the_request_and_are_charged(
    database: SqlDatabase, tmp_path: Path
) -> None:
    async with house_with(database, tmp_path, said("no JSON")) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert (request.state, request.error_code) == (RequestState.FAILED, "model_writing.unusable_answer")
        ((kind, item, amount, _),) = await house.ledger(request.id)
        assert (kind, item.partition(":")[0], amount) == ("charge", "model_tokens", "0.0018")
        assert len(server.calls) == 2


async def test_a_busy_provider_is_asked_again_by_the_job_and_what_failed_is_charged_too(
    database: SqlDatabase, tmp_path: Path
) -> None:
    replies = (Reply(status=429), said("no JSON"), Reply(status=503), said(GOOD))
    async with house_with(database, tmp_path, *replies) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert request.state is RequestState.COMPLETED
        charges = sorted(row[1].partition(":")[0] for row in await house.ledger(request.id) if row[0] == "charge")
        assert charges == ["model_tokens", "model_tokens", "text"]
        assert len(server.calls) == 4


async def test_a_provider_that_stays_away_costs_a_bounded_number_of_calls(
    database: SqlDatabase, tmp_path: Path
) -> None:
    async with house_with(database, tmp_path, Reply(status=500)) as (house, server):
        request = await house.done(QUERY, topic_id=PHOTOSYNTHESIS)
        assert (request.state, request.error_code) == (RequestState.FAILED, "language_models.unavailable")
        assert await house.ledger(request.id) == set()
        assert len(server.calls) == 3  # as many as the job has attempts


async def test_the_students_own_words_are_never_sent(database: SqlDatabase, tmp_path: Path) -> None:
    async with house_with(database, tmp_path, said(GOOD)) as (house, server):
        words = "I am Zebulon Quux, zq@mail.example: explain photosynthesis with basketball"
        request = await house.done(words, topic_id=PHOTOSYNTHESIS)
        assert request.state is RequestState.COMPLETED
        sent = json.dumps(server.calls)
        assert [word for word in ("Zebulon", "Quux", "zq@mail") if word in sent] == []


pytestmark = pytest.mark.postgres
