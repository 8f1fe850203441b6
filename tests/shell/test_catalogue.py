"""Finding one's way through the library over HTTP, and changing its topics by hand."""

from typing import Any

import pytest

from modules.user_auth.interface import Role
from tests.shell.conftest import SignedIn, Vividly

pytestmark = pytest.mark.postgres
TOPICS = "/api/v1/library/topics"
SECOND_LAW = f"{TOPICS}/vividly-starter/newtons-second-law"


async def got(vividly: Vividly, who: SignedIn, path: str, **query: str) -> Any:
    answer = await vividly.client.get(path, params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def suggested(vividly: Vividly, who: SignedIn, typed: str, **query: str) -> list[str]:
    found = await got(vividly, who, f"{TOPICS}/suggest", q=typed, **query)
    return [one["topic"]["title"] for one in found["suggestions"]]


async def test_a_student_finds_the_way(vividly: Vividly) -> None:
    student = await vividly.person()
    assert await suggested(vividly, student, "newt") == [
        "Newton's First Law", "Newton's Second Law", "Newton's Third Law",
    ]  # fmt: skip
    assert await suggested(vividly, student, "newt", subject="biology") == []
    assert await suggested(vividly, student, "%") == []
    subjects = (await got(vividly, student, "/api/v1/library/subjects"))["subjects"]
    assert [one["subject"] for one in subjects] == ["biology", "chemistry", "earth-science", "mathematics", "physics"]
    topics = [t for s in subjects for b in s["books"] for chapter in b["chapters"] for t in chapter["topics"]]
    assert len(topics) == 40
    related = await got(vividly, student, f"{SECOND_LAW}/related")
    assert (related["previous"]["title"], related["next"]["title"]) == ("Newton's First Law", "Newton's Third Law")
    assert "Newton's First Law" in [topic["title"] for topic in related["prerequisites"]]
    missing = await vividly.client.get(f"{TOPICS}/a/b/related", headers=student.headers)
    assert missing.status_code == 404


async def test_only_who_manages_the_library_may_change_it(vividly: Vividly) -> None:
    for role in (Role.STUDENT, Role.TEACHER):
        person = await vividly.person(role)
        changed = await vividly.client.patch(SECOND_LAW, json={"hidden": True}, headers=person.headers)
        log = await vividly.client.get(f"{SECOND_LAW}/history", headers=person.headers)
        assert (changed.status_code, log.status_code) == (403, 403)


async def test_an_admin_renames_pins_hides_and_the_log_says_who(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    body = {"title": "Force and Acceleration", "pinned": True, "hidden": True}
    changed = await vividly.client.patch(SECOND_LAW, json=body, headers=admin.headers)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["title"], changed.json()["pinned"]) == ("Force and Acceleration", True)
    assert changed.json()["section"].endswith("Newton's Second Law")
    assert await suggested(vividly, admin, "force and") == []
    shown = await vividly.client.patch(SECOND_LAW, json={"hidden": False, "title": ""}, headers=admin.headers)
    assert shown.json()["title"] == "Newton's Second Law"
    assert "Newton's Second Law" in await suggested(vividly, admin, "newt")
    changes = (await got(vividly, admin, f"{SECOND_LAW}/history"))["changes"]
    assert [(one["field"], one["after"]) for one in changes] == [
        ("hidden", "false"), ("title", ""), ("pinned", "true"), ("hidden", "true"), ("title", "Force and Acceleration"),
    ]  # fmt: skip
    assert {one["changed_by"] for one in changes} == {str(admin.id)}


async def test_a_change_is_made_whole_or_refused_whole(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    own = SECOND_LAW.removeprefix(f"{TOPICS}/")
    for body, status, code in (
        ({"title": "New", "merged_into": own}, 409, "curation.merge_cycle"),
        ({"title": "   "}, 422, "curation.bad_title"),
        ({"hidden": True, "title": "x" * 201}, 422, "curation.bad_title"),
        ({"hidden": True, "colour": "red"}, 422, "http.field_errors"),
        ({"hidden": True, "merged_into": "no/topic"}, 404, "http.not_found"),
    ):
        answer = await vividly.client.patch(SECOND_LAW, json=body, headers=admin.headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await got(vividly, admin, f"{SECOND_LAW}/history"))["changes"] == []
    missing = await vividly.client.patch(f"{TOPICS}/no/topic", json={"hidden": True}, headers=admin.headers)
    assert missing.status_code == 404


async def test_a_merged_topic_is_asked_for_as_its_target(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    into = "vividly-starter/newtons-first-law"
    assert (
        await vividly.client.patch(SECOND_LAW, json={"merged_into": into}, headers=admin.headers)
    ).status_code == 200
    match = await vividly.container.rag().match("What is Newton's second law?")
    assert match.candidates[0].topic.id == into
    back = await vividly.client.patch(SECOND_LAW, json={"merged_into": ""}, headers=admin.headers)
    assert back.status_code == 200
    match = await vividly.container.rag().match("What is Newton's second law?")
    assert match.candidates[0].topic.id == "vividly-starter/newtons-second-law"
