"""Who gets in: every route is in the policy, and no forged or dead token passes any of them."""

import time
import uuid
from typing import cast

import jwt
import pytest
from fastapi.routing import iter_route_contexts

from modules.user_auth.interface import Action, Role
from shell.http import policy
from tests.shell.conftest import KEY, PASSWORD, Vividly

pytestmark = pytest.mark.postgres
SOME_ID = "00000000-0000-4000-8000-000000000000"


def routes_of(vividly: Vividly) -> set[tuple[str, str]]:
    found = set()
    for context in iter_route_contexts(vividly.app.routes):
        found |= {(method, context.path) for method in context.methods or ()}
    return found


def filled(path: str) -> str:
    return (
        path.replace("{request_id}", SOME_ID)
        .replace("{lesson_id}", SOME_ID)
        .replace("{topic_id:path}", "a/b")
        .replace("{import_id}", SOME_ID)
        .replace("{slug}", "nothing")
        .replace("{review_id}", SOME_ID)
        .replace("{notice_id}", SOME_ID)
    )


PROTECTED = sorted(route for route, action in policy.POLICY.items() if action is not None)


async def test_routes_and_policy_are_the_same_set(vividly: Vividly) -> None:
    assert routes_of(vividly) == set(policy.POLICY)


async def test_a_route_without_a_policy_is_refused(vividly: Vividly, monkeypatch: pytest.MonkeyPatch) -> None:
    student = await vividly.person()
    assert (await vividly.client.get("/api/v1/me", headers=student.headers)).status_code == 200
    monkeypatch.delitem(cast("dict[tuple[str, str], object]", policy.POLICY), ("GET", "/api/v1/me"))
    assert (await vividly.client.get("/api/v1/me", headers=student.headers)).status_code == 403


async def forged_headers(vividly: Vividly) -> dict[str, dict[str, str]]:
    student = await vividly.person()
    claims = jwt.decode(student.tokens.access_token, options={"verify_signature": False})
    header = jwt.get_unverified_header(student.tokens.access_token)

    def signed(changed: dict[str, object], key: bytes = KEY, algorithm: str = "HS256") -> str:
        return jwt.encode({**claims, **changed}, key, algorithm=algorithm, headers={"typ": header["typ"]})

    gone = await vividly.person()
    await vividly.client.post("/api/v1/auth/logout", headers=gone.headers)
    disabled = await vividly.person()
    await vividly.container.user_auth().disable(disabled.id)
    tokens = {
        "garbage": "not-a-token",
        "expired": signed({"exp": int(time.time()) - 60, "iat": int(time.time()) - 900}),
        "wrong key": signed({}, key=b"another key, which is not ours, and long enough"),
        "alg none": jwt.encode(claims, None, algorithm="none", headers={"typ": header["typ"]}),
        "other algorithm": signed({}, algorithm="HS512"),
        "wrong audience": signed({"aud": "another-api"}),
        "wrong issuer": signed({"iss": "somebody-else"}),
        "unknown session": signed({"sid": str(uuid.uuid4())}),
        "refresh as access": student.tokens.refresh_token,
        "signed out": gone.tokens.access_token,
        "disabled person": disabled.tokens.access_token,
    }
    headers = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    return headers | {"anonymous": {}, "basic": {"Authorization": "Basic eDp5"}}


async def test_no_dead_or_forged_token_passes_any_route(vividly: Vividly) -> None:
    for name, headers in (await forged_headers(vividly)).items():
        for method, path in PROTECTED:
            answer = await vividly.client.request(method, filled(path), headers=headers)
            assert answer.status_code == 401, f"{name} got {answer.status_code} from {method} {path}"
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_live_token_passes_every_route_of_its_role(vividly: Vividly) -> None:
    student, teacher = await vividly.person(), await vividly.person(Role.TEACHER)
    admin = await vividly.person(Role.ADMIN)
    for route in PROTECTED:
        method, path = route
        if path.endswith("/logout"):
            continue
        manages = policy.POLICY[route] in {Action.MANAGE_LIBRARY, Action.READ_FLAGS}
        reviews = policy.POLICY[route] is Action.REVIEW_LESSONS
        for who, may in ((student, not manages and not reviews), (teacher, not manages), (admin, True)):
            answer = await vividly.client.request(method, filled(path), headers=who.headers)
            assert (answer.status_code == 403) is not may, f"{method} {path}: {answer.text}"
            assert answer.status_code not in {401, 500}, f"{method} {path}: {answer.text}"


async def test_logging_in_refreshing_and_logging_out(vividly: Vividly) -> None:
    student = await vividly.person()
    login = {"email": student.email, "password": PASSWORD}
    first = (await vividly.client.post("/api/v1/auth/login", json=login)).json()
    renewed = await vividly.client.post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert renewed.status_code == 200
    headers = {"Authorization": f"Bearer {renewed.json()['access_token']}"}
    me = (await vividly.client.get("/api/v1/me", headers=headers)).json()
    assert me == {
        "id": str(student.id),
        "email": student.email,
        "display_name": "A Person",
        "role": "student",
        "grade_level": 10,
    }
    assert (await vividly.client.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    assert (await vividly.client.get("/api/v1/me", headers=headers)).status_code == 401


@pytest.mark.parametrize("email", ["nobody@school.example", None])
async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(vividly: Vividly, email: str | None) -> None:
    student = await vividly.person()
    login = {"email": email or student.email, "password": "wrong password"}
    answer = await vividly.client.post("/api/v1/auth/login", json=login)
    assert (answer.status_code, answer.json()["code"]) == (401, "user_auth.wrong_credentials")


async def test_too_many_tries_say_when_to_come_back(vividly: Vividly) -> None:
    student = await vividly.person()
    login = {"email": student.email, "password": "wrong password"}
    answers = [await vividly.client.post("/api/v1/auth/login", json=login) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_a_student_cannot_ask_for_or_see_what_is_another_students(vividly: Vividly) -> None:
    mine, other = await vividly.person(), await vividly.person()
    asked = await vividly.ask(other, "Explain photosynthesis", student_id=str(mine.id))
    assert (asked.status_code, asked.json()["code"]) == (403, "user_auth.not_allowed")
    status = await vividly.answered(mine, "Explain photosynthesis")
    for name, own in (("self", status["id"]), ("events", status["id"]), ("lesson", status["lesson_id"])):
        path = status["links"][name]
        assert (await vividly.client.get(path, headers=mine.headers)).status_code == 200
        hidden = await vividly.client.get(path, headers=other.headers)
        missing = await vividly.client.get(path.replace(own, SOME_ID), headers=other.headers)
        assert hidden.status_code == 404
        assert {**hidden.json(), "instance": ""} == {**missing.json(), "instance": ""}
    cancelled = await vividly.client.post(f"{status['links']['self']}/cancel", headers=other.headers)
    assert cancelled.status_code == 404


async def test_an_admin_may_read_a_students_lesson(vividly: Vividly) -> None:
    student, admin = await vividly.person(), await vividly.person(Role.ADMIN)
    status = await vividly.answered(student, "Explain photosynthesis")
    assert (await vividly.client.get(status["links"]["lesson"], headers=admin.headers)).status_code == 200


async def test_nobody_asks_for_a_person_who_does_not_exist_or_is_disabled(vividly: Vividly) -> None:
    admin, gone = await vividly.person(Role.ADMIN), await vividly.person()
    await vividly.container.user_auth().disable(gone.id)
    for owner in (SOME_ID, str(gone.id)):
        answer = await vividly.ask(admin, "Explain photosynthesis", student_id=owner, grade_level=10)
        assert (answer.status_code, answer.json()["code"]) == (403, "user_auth.not_allowed")
