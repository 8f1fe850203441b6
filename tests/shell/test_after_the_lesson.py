"""What a reader and a reviewer do after a lesson, over HTTP."""

import pytest

from modules.user_auth.interface import Role
from tests.shell.conftest import SignedIn, Vividly

pytestmark = pytest.mark.postgres
QUESTION = "Explain photosynthesis with basketball"
SOME_ID = "00000000-0000-4000-8000-000000000000"


async def post(vividly: Vividly, who: SignedIn, path: str, **body: object) -> tuple[int, dict[str, object]]:
    answer = await vividly.client.post(path, json=body, headers=who.headers)
    return answer.status_code, answer.json()


async def get(vividly: Vividly, who: SignedIn, path: str) -> tuple[int, dict[str, object]]:
    answer = await vividly.client.get(path, headers=who.headers)
    return answer.status_code, answer.json()


async def reported(vividly: Vividly, who: SignedIn, links: dict[str, str], **more: object) -> str:
    """The id of the review of a new report."""
    status, body = await post(vividly, who, links["feedback"], kind="inaccurate", **more)
    assert status == 200, body
    return str(body["review_id"])


async def cited_place(vividly: Vividly, who: SignedIn, links: dict[str, str]) -> tuple[int, str]:
    """Place and text of the first sentence that cites."""
    _, lesson = await get(vividly, who, links["lesson"])
    sentences = [one for section in lesson["sections"] for one in section["sentences"]]
    return next((place, one["text"]) for place, one in enumerate(sentences) if one["citations"])


async def test_from_feedback_to_review_to_withdrawal_to_notice(vividly: Vividly) -> None:
    ada, ben, stranger = await vividly.person(), await vividly.person(), await vividly.person()
    admin = await vividly.person(Role.ADMIN)
    links = (await vividly.answered(ada, QUESTION))["links"]
    assert (await vividly.answered(ben, QUESTION))["links"]["lesson"] == links["lesson"]
    place, text = await cited_place(vividly, ada, links)
    review_id = await reported(vividly, ada, links, sentence=place, comment="That is not so.")
    assert await reported(vividly, ada, links, sentence=place, comment="That is not so.") == review_id

    _, listed = await get(vividly, admin, "/api/v1/reviews")
    (review,) = listed["reviews"]
    assert (review["id"], review["sentence"], review["comment"]) == (review_id, text, "That is not so.")
    assert review["passages"][0]["quote"]
    assert listed["cursor"] is None

    status, decided = await post(vividly, admin, f"/api/v1/reviews/{review_id}/withdraw", reason="It is wrong.")
    assert (status, decided["state"], decided["decided_by"]) == (200, "withdrawn", str(admin.id))
    assert decided["reason"] == "It is wrong."
    assert (await get(vividly, admin, "/api/v1/reviews"))[1]["reviews"] == []
    assert len((await get(vividly, admin, "/api/v1/reviews?state=decided"))[1]["reviews"]) == 1

    for name in ("", "/audio", "/video", "/captions.vtt", "/transcript", "/poster"):
        status, gone = await get(vividly, ben, f"{links['lesson']}{name}")
        assert (status, gone["code"]) == (410, "content_generation.lesson_withdrawn")
        assert "withdrawn" in gone["detail"]
    assert (await get(vividly, stranger, links["lesson"]))[0] == 404
    assert (await post(vividly, ada, links["quiz"], answers=[]))[0] == 410

    for who in (ada, ben):
        _, told = await get(vividly, who, "/api/v1/me/notices")
        assert ([notice["kind"] for notice in told["notices"]], told["unread"]) == (["lesson_withdrawn"], 1)
        path = f"/api/v1/me/notices/{told['notices'][0]['id']}/read"
        assert (await post(vividly, stranger, path))[0] == 404
        assert (await post(vividly, who, path))[1]["read_at"]
        assert (await get(vividly, who, "/api/v1/me/notices"))[1]["unread"] == 0
    assert (await get(vividly, stranger, "/api/v1/me/notices"))[1] == {"notices": [], "unread": 0}

    anew = await vividly.answered(ben, QUESTION)
    assert (anew["state"], anew["error_code"]) == ("insufficient_sources", "content_generation.lesson_withdrawn")


async def test_a_lesson_that_is_too_hard_leads_to_a_simpler_one(vividly: Vividly) -> None:
    student = await vividly.person()
    first = await vividly.answered(student, QUESTION)
    status, effect = await post(vividly, student, first["links"]["feedback"], kind="too_hard")
    assert (status, effect["change"], effect["review_id"]) == (200, "simpler", None)
    answer = await vividly.client.post(
        effect["links"]["derive"], json={"change": effect["change"]}, headers=student.headers
    )
    assert answer.status_code == 202
    await vividly.drain()
    _, before = await get(vividly, student, first["links"]["lesson"])
    _, derived = await get(vividly, student, answer.headers["Location"])
    assert (derived["state"], derived["derived_from"], derived["grade_level"]) == (
        "completed",
        first["id"],
        before["grade"],
    )
    _, after = await get(vividly, student, derived["links"]["lesson"])
    assert (after["topic_id"], after["grade"], after["level"]) == (before["topic_id"], before["grade"], "simpler")
    assert after["id"] != before["id"]


async def test_another_interest_changes_the_analogy_and_not_the_topic(vividly: Vividly) -> None:
    student = await vividly.person()
    first = await vividly.answered(student, QUESTION)
    body = {"change": "another_interest", "interest": "int_music"}
    answer = await vividly.client.post(first["links"]["derive"], json=body, headers=student.headers)
    await vividly.drain()
    _, derived = await get(vividly, student, answer.headers["Location"])
    assert (derived["state"], derived["interest"], derived["derived_from"]) == ("completed", "int_music", first["id"])
    status, refused = await post(vividly, student, first["links"]["derive"], change="another_interest")
    assert (status, refused["errors"][0]["field"]) == (422, "interest")


async def test_the_key_of_a_quiz_comes_with_its_answers_and_not_before(vividly: Vividly) -> None:
    student, admin = await vividly.person(), await vividly.person(Role.ADMIN)
    links = (await vividly.answered(student, QUESTION))["links"]
    _, sealed = await get(vividly, student, links["lesson"])
    assert {(item["answer"], item["feedback"]) for item in sealed["quiz"]} == {(-1, "")}
    page = await vividly.client.get(links["lesson"], headers=student.headers | {"Accept": "text/html"})
    assert "Show the answer" not in page.text
    _, full = await get(vividly, admin, links["lesson"])
    right = [item["answer"] for item in full["quiz"]]

    wrong = [(right[0] + 1) % 4, *right[1:]]
    status, marked = await post(vividly, student, links["quiz"], answers=wrong)
    assert (status, marked["score"], marked["out_of"]) == (200, len(right) - 1, len(right))
    assert [item["correct"] for item in marked["items"]] == [False] + [True] * (len(right) - 1)
    assert marked["items"][0]["feedback"] == full["quiz"][0]["feedback"]
    assert (await get(vividly, student, links["lesson"]))[1]["quiz"] == full["quiz"]

    _, kept = await get(vividly, student, f"{links['quiz']}/attempts")
    assert [(one["answers"], one["score"]) for one in kept["attempts"]] == [(wrong, len(right) - 1)]
    assert (await get(vividly, admin, f"{links['quiz']}/attempts"))[1]["attempts"] == []
    status, refused = await post(vividly, student, links["quiz"], answers=[0])
    assert (status, refused["errors"][0]["field"]) == (422, "answers")


async def test_what_is_not_theirs_is_not_found_and_students_do_not_review(vividly: Vividly) -> None:
    student, stranger, teacher = await vividly.person(), await vividly.person(), await vividly.person(Role.TEACHER)
    links = (await vividly.answered(student, QUESTION))["links"]
    review_id = await reported(vividly, student, links)
    assert (await post(vividly, stranger, links["feedback"], kind="helpful"))[0] == 404
    assert (await post(vividly, stranger, links["derive"], change="simpler"))[0] == 404
    assert (await post(vividly, stranger, links["quiz"], answers=[]))[0] == 404
    for verdict in ("approve", "fix", "withdraw"):
        path = f"/api/v1/reviews/{review_id}/{verdict}"
        assert (await post(vividly, student, path, reason="Mine."))[0] == 403
        # The teacher has no class with this student.
        assert (await post(vividly, teacher, path, reason="Not mine."))[0] == 404
    assert (await get(vividly, teacher, "/api/v1/reviews"))[1]["reviews"] == []
    assert (await get(vividly, student, "/api/v1/reviews"))[0] == 403


async def test_a_decision_is_made_once_and_bad_input_names_its_field(vividly: Vividly) -> None:
    student, admin = await vividly.person(), await vividly.person(Role.ADMIN)
    links = (await vividly.answered(student, QUESTION))["links"]
    for body, field in (
        ({"kind": "boring"}, "kind"),
        ({"kind": "helpful", "comment": "x" * 1001}, "comment"),
        ({"kind": "inaccurate", "sentence": 9_999}, "sentence"),
    ):
        status, refused = await post(vividly, student, links["feedback"], **body)
        assert (status, refused["errors"][0]["field"]) == (422, field)
    path = f"/api/v1/reviews/{await reported(vividly, student, links)}"
    assert (await post(vividly, admin, f"{path}/approve", reason="It is right."))[1]["state"] == "approved"
    assert (await post(vividly, admin, f"{path}/withdraw", reason="No."))[0] == 409
    assert (await get(vividly, student, links["lesson"]))[0] == 200
    _, told = await get(vividly, student, "/api/v1/me/notices")
    assert "It is right." in told["notices"][0]["text"]
    assert (await get(vividly, admin, f"/api/v1/reviews?cursor={SOME_ID}"))[0] == 422


async def test_a_teacher_reviews_but_blocks_no_topic(vividly: Vividly) -> None:
    teacher, admin = await vividly.person(Role.TEACHER), await vividly.person(Role.ADMIN)
    links = (await vividly.answered(teacher, QUESTION, grade_level=10))["links"]
    path = f"/api/v1/reviews/{await reported(vividly, teacher, links)}/withdraw"
    assert (await post(vividly, teacher, path, reason="Not here.", block_topic=True))[0] == 403
    assert (await get(vividly, teacher, links["lesson"]))[0] == 200
    assert (await post(vividly, admin, path, reason="Not here.", block_topic=True))[0] == 200
    refused = await vividly.answered(teacher, QUESTION, grade_level=10)
    assert (refused["state"], refused["error_code"]) == ("declined", "content_generation.topic_blocked")
    (review,) = (await get(vividly, admin, "/api/v1/reviews?state=decided"))[1]["reviews"]
    topic = f"/api/v1/reviews/blocks/{review['topic_id']}"
    assert (await vividly.client.delete(topic, headers=admin.headers)).status_code == 204
    assert (await vividly.answered(teacher, QUESTION, grade_level=9))["state"] == "completed"


async def test_similar_lessons_are_given_for_the_asking(vividly: Vividly) -> None:
    first, second = await vividly.person(), await vividly.person(grade=8)
    await vividly.answered(first, QUESTION, level="deeper")
    path = "/api/v1/lessons/similar?query=What is photosynthesis?"
    _, offered = await get(vividly, second, path)
    (found,) = offered["lessons"]
    assert (found["title"], found["interest"], found["grade_level"]) == ("Photosynthesis", "int_basketball", 10)
    assert found["level"] == "deeper"
    ask = dict(found["ask"])
    taken = await vividly.answered(second, ask.pop("student_query"), **ask)
    assert (taken["state"], taken["cost"]["total_usd"]) == ("completed", 0)
