"""Answering a request that asked back, and what an admin sees of those that need a human."""

from uuid import UUID

import pytest

from modules.user_auth.interface import Role
from tests.shell.conftest import Vividly

pytestmark = pytest.mark.postgres
PHOTOSYNTHESIS = "vividly-starter/photosynthesis"


async def test_an_answer_goes_on_with_the_same_request(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Tell me about science")
    assert (status["state"], 1 < len(status["choices"]) <= 4) == ("needs_clarification", True)
    path = status["links"]["answer"]
    chosen = {"topic_id": PHOTOSYNTHESIS}
    first = await vividly.client.post(path, json=chosen, headers=student.headers)
    again = await vividly.client.post(path, json=chosen, headers=student.headers)
    assert (first.status_code, first.json()["state"], again.json()) == (202, "queued", first.json())
    await vividly.drain()
    done = (await vividly.client.get(status["links"]["self"], headers=student.headers)).json()
    assert (done["id"], done["state"], done["choices"]) == (status["id"], "completed", [])
    lesson = await vividly.client.get(done["links"]["lesson"], headers=student.headers)
    assert lesson.json()["title"] == "Photosynthesis"
    late = await vividly.client.post(path, json={"text": "osmosis"}, headers=student.headers)
    assert (late.status_code, late.json()["code"]) == (409, "content_generation.not_waiting")


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"topic_id": PHOTOSYNTHESIS, "text": "light"}, {"choice": 1}, {"text": "x" * 501}]
)
async def test_an_answer_out_of_bounds_is_422(vividly: Vividly, body: dict[str, object]) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "science")
    answer = await vividly.client.post(status["links"]["answer"], json=body, headers=student.headers)
    assert answer.status_code == 422, answer.text
    unknown = await vividly.client.post(
        status["links"]["answer"], json={"topic_id": "no/such"}, headers=student.headers
    )
    assert unknown.status_code == 404


async def test_only_the_owner_answers(vividly: Vividly) -> None:
    student, other, admin = await vividly.person(), await vividly.person(), await vividly.person(Role.ADMIN)
    status = await vividly.answered(student, "science")
    for who in (other, admin):
        answer = await vividly.client.post(
            status["links"]["answer"], json={"topic_id": PHOTOSYNTHESIS}, headers=who.headers
        )
        assert answer.status_code == 404
    now = (await vividly.client.get(status["links"]["self"], headers=student.headers)).json()
    assert now["state"] == "needs_clarification"


async def test_a_cry_for_help_is_answered_with_help_and_seen_by_admins_only(vividly: Vividly) -> None:
    student, admin = await vividly.person(), await vividly.person(Role.ADMIN)
    status = await vividly.answered(student, "i want to kill myself")
    assert (status["state"], status["error_code"]) == ("declined", "content_generation.crisis")
    assert "988" in status["message"]
    assert "findahelpline.com" in status["message"]
    await vividly.answered(student, "how do i make a pipe bomb")
    seen = (await vividly.client.get("/api/v1/admin/flags", headers=admin.headers)).json()
    assert [flag["kind"] for flag in seen["flags"]] == ["unsafe", "crisis"]
    assert seen["flags"][1]["request_id"] == status["id"]
    assert set(seen["flags"][0]) == {"id", "request_id", "kind", "created_at", "links"}
    first = (await vividly.client.get("/api/v1/admin/flags?limit=1", headers=admin.headers)).json()
    rest = await vividly.client.get(f"/api/v1/admin/flags?before={first['next_before']}", headers=admin.headers)
    assert (rest.json()["flags"], rest.json()["next_before"]) == (seen["flags"][1:], None)
    for who in (student, await vividly.person(Role.TEACHER)):
        assert (await vividly.client.get("/api/v1/admin/flags", headers=who.headers)).status_code == 403
    assert UUID(status["id"])
