"""Asking over HTTP: the call that the product began with, and every way to get it wrong."""

import pytest
import structlog

from tests.shell.conftest import Vividly

pytestmark = pytest.mark.postgres


async def test_the_call_that_the_product_began_with(vividly: Vividly) -> None:
    student = await vividly.person()
    body = {
        "student_query": "Explain photosynthesis",
        "student_id": str(student.id),
        "grade_level": 10,
        "requested_modalities": ["text"],
        "preferred_modality": "text",
    }
    answer = await vividly.client.post("/api/v1/content/generate", json=body, headers=student.headers)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/requests/{answer.json()['id']}"
    assert int(answer.headers["Retry-After"]) >= 1
    with structlog.testing.capture_logs() as logs:
        await vividly.drain()
    said = [line["event"] for line in logs]
    assert said.count("Video generation SKIPPED - COST SAVINGS: $0.183 saved per request") == 1
    assert not any("photosynthesis" in str(line).lower() or student.email in str(line) for line in logs)
    status = (await vividly.client.get(answer.headers["Location"], headers=student.headers)).json()
    assert (status["state"], status["progress"], status["available"]) == ("completed", 100, ["text"])
    skipped = {stage["name"]: stage["note"] for stage in status["stages"] if stage["state"] == "skipped"}
    assert set(skipped) == {"narrate", "render"}
    assert all(skipped.values())


async def test_the_cost_adds_up_from_the_ledger(vividly: Vividly) -> None:
    status = await vividly.answered(await vividly.person(), "Explain photosynthesis")
    cost = status["cost"]
    assert (cost["total_usd"], cost["saved_usd"], cost["saved_audio_usd"]) == (0.005, 0.183, 0.012)
    rows = [(row["kind"], row["item"], row["amount_usd"]) for row in cost["entries"]]
    assert sorted(rows) == [("charge", "text", 0.005), ("saving", "audio", 0.012), ("saving", "video", 0.183)]


async def test_the_lesson_is_long_enough_and_every_fact_is_cited(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis with basketball")
    lesson = (await vividly.client.get(status["links"]["lesson"], headers=student.headers)).json()
    sentences = [sentence for section in lesson["sections"] for sentence in section["sentences"]]
    assert sum(len(sentence["text"].split()) for sentence in sentences) >= 150
    facts = [sentence for sentence in sentences if sentence["kind"] == "fact"]
    numbers = {source["number"] for source in lesson["sources"]}
    assert facts
    assert all(fact["citations"] and set(fact["citations"]) <= numbers for fact in facts)
    passages = {passage.id: passage for passage in await vividly.container.rag().passages(lesson["topic_id"])}
    assert all(source["passage_id"] in passages for source in lesson["sources"])
    assert (lesson["interest_id"], lesson["analogy"] is not None) == ("int_basketball", True)


BAD_FIELDS = [
    ({"student_query": ""}, "student_query"),
    ({"student_query": "   "}, "student_query"),
    ({"student_query": "x" * 501}, "student_query"),
    ({"student_query": "Explain\x00 photosynthesis"}, "student_query"),
    ({"student_query": "Explain \x1b[31mphotosynthesis"}, "student_query"),
    ({"requested_modalities": ["smell"]}, "requested_modalities.0"),
    ({"requested_modalities": []}, "requested_modalities"),
    ({"requested_modalities": ["text", "text"]}, "requested_modalities"),
    ({"grade_level": 5}, "grade_level"),
    ({"grade_level": 13}, "grade_level"),
    ({"grade_level": "ten"}, "grade_level"),
    ({"interest": "int_yodelling"}, "interest"),
    ({"student_id": "me"}, "student_id"),
    ({"preferred_modality": "smell"}, "preferred_modality"),
    ({"level": "hardest"}, "level"),
    ({"colour": "green"}, "colour"),
]


@pytest.mark.parametrize(("change", "field"), BAD_FIELDS, ids=[str(change)[:40] for change, _ in BAD_FIELDS])
async def test_a_bad_field_is_named(vividly: Vividly, change: dict[str, object], field: str) -> None:
    student = await vividly.person()
    body = {"student_query": "Explain photosynthesis", "requested_modalities": ["text"], **change}
    answer = await vividly.client.post("/api/v1/content/generate", json=body, headers=student.headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await vividly.container.worker().stats()).queued == 0


async def test_malformed_json_is_named(vividly: Vividly) -> None:
    student = await vividly.person()
    headers = student.headers | {"Content-Type": "application/json"}
    answer = await vividly.client.post("/api/v1/content/generate", content=b'{"student_query": ', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "http.malformed_json")


async def test_a_body_of_two_megabytes_is_refused(vividly: Vividly) -> None:
    student = await vividly.person()
    headers = student.headers | {"Content-Type": "application/json"}
    body = b'{"student_query": "' + b"x" * 2_000_000 + b'"}'
    answer = await vividly.client.post("/api/v1/content/generate", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "question", ["best pizza place", "teach me Klingon verbs", "What is the photoelectric effect?"]
)
async def test_what_no_book_covers_is_said_and_never_filled_in(vividly: Vividly, question: str) -> None:
    status = await vividly.answered(await vividly.person(), question)
    assert status["state"] in {"out_of_scope", "insufficient_sources"}
    assert status["lesson_id"] is None
    assert status["message"]
    assert status["cost"]["total_usd"] == 0


@pytest.mark.parametrize("question", ["¿Cómo funciona la fotosíntesis?", "光合作用是如何进行的？"])
async def test_a_question_in_a_language_of_no_book_is_asked_for_in_english(vividly: Vividly, question: str) -> None:
    match = await vividly.container.rag().match(question)
    assert not match.covered
    status = await vividly.answered(await vividly.person(), question)
    assert (status["state"], status["error_code"]) == ("insufficient_sources", "content_generation.other_language")
    assert (status["lesson_id"], "Ask it in English." in str(status["message"])) == (None, True)


async def test_a_slip_of_the_pen_is_understood(vividly: Vividly) -> None:
    status = await vividly.answered(await vividly.person(), "Explain photosinthesis")
    assert status["state"] == "completed"


async def test_without_a_grade_the_students_own_counts(vividly: Vividly) -> None:
    answer = await vividly.ask(await vividly.person(grade=8), "Explain photosynthesis")
    assert answer.json()["grade_level"] == 8
