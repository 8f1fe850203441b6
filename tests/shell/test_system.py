"""Health, version, headers, search and topics over HTTP."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.shell.conftest import Vividly, assembled

pytestmark = pytest.mark.postgres


async def test_without_a_database_live_is_200_and_ready_is_503(tmp_path: Path) -> None:
    async with assembled(tmp_path, "postgresql://vividly:none@127.0.0.1:9/vividly") as vividly:
        assert (await vividly.client.get("/health/live")).status_code == 200
        ready = await vividly.client.get("/health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "kernel.database_unavailable")
        assert int(ready.headers["Retry-After"]) > 0
        login = {"email": "student@school.example", "password": "correct horse battery"}
        for answer in (
            await vividly.client.post("/api/v1/auth/login", json=login),
            await vividly.client.get("/library/vividly-starter/photosynthesis"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "kernel.database_unavailable")


async def test_health_version_and_description(vividly: Vividly) -> None:
    assert (await vividly.client.get("/health/ready")).json()["books"] == 1
    assert (await vividly.client.get("/version")).json()["api"] == "v1"
    described = (await vividly.client.get("/openapi.json")).json()
    assert "/api/v1/content/generate" in described["paths"]


async def test_every_answer_carries_the_security_headers(vividly: Vividly) -> None:
    for path in ("/", "/health/live", "/api/v1/me", "/nowhere"):
        headers = (await vividly.client.get(path)).headers
        assert "object-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_an_unexpected_error_tells_nothing_of_the_inside(
    vividly: Vividly, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_more: object) -> None:
        message = "secret detail of /some/path"
        raise RuntimeError(message)

    student = await vividly.person()
    monkeypatch.setattr(type(vividly.container.rag()), "search", broken)
    answer = await vividly.client.get("/api/v1/search?q=light", headers=student.headers)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in json.dumps(answer.json())
    assert answer.json()["instance"].startswith("urn:uuid:")
    assert answer.headers["cache-control"] == "no-store"
    assert "object-src 'none'" in answer.headers["content-security-policy"]


async def test_search_finds_the_passage_of_a_students_sentence(vividly: Vividly) -> None:
    student = await vividly.person()
    found = (
        await vividly.client.get(
            "/api/v1/search",
            params={"q": "can you explain photosynthesis with basketball please"},
            headers=student.headers,
        )
    ).json()
    assert found[0]["topic_id"] == "vividly-starter/photosynthesis"
    assert found[0]["license"] == "CC BY 4.0"


async def test_topics_come_in_pages(vividly: Vividly) -> None:
    student = await vividly.person()
    seen: list[str] = []
    cursor = ""
    while True:
        params = {"limit": 15, "cursor": cursor}
        page = (await vividly.client.get("/api/v1/topics", params=params, headers=student.headers)).json()
        seen += [topic["id"] for topic in page["topics"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 40
    topic = (await vividly.client.get(f"/api/v1/topics/{seen[0]}", headers=student.headers)).json()
    assert topic["terms"]
    assert topic["objectives"]


async def test_interests_are_listed(vividly: Vividly) -> None:
    student = await vividly.person()
    found = (await vividly.client.get("/api/v1/interests", headers=student.headers)).json()
    assert "int_basketball" in {interest["id"] for interest in found}
    assert len(found) == 60


async def test_a_citation_of_the_starter_library_opens_its_section(vividly: Vividly) -> None:
    topic = (await vividly.container.rag().match("Explain photosynthesis")).candidates[0].topic
    assert topic.url == "/library/vividly-starter/photosynthesis"
    page = await vividly.client.get(topic.url)
    assert page.status_code == 200
    for passage in await vividly.container.rag().passages(topic.id):
        assert f'id="passage-{passage.id}"' in page.text
    assert "<h1>Photosynthesis</h1>" in page.text
    assert "CC BY 4.0" in page.text
    assert (await vividly.client.get("/library/vividly-starter/nonsense")).status_code == 404


@pytest.mark.parametrize("path", ["/library/a%00b", "/api/v1/topics/a%00b", "/api/v1/topics?subject=a%00b"])
async def test_a_character_that_no_name_holds_finds_nothing(vividly: Vividly, path: str) -> None:
    answer = await vividly.client.get(path, headers=(await vividly.person()).headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "http.not_found")


async def test_an_unknown_cursor_is_said(vividly: Vividly) -> None:
    headers = (await vividly.person()).headers
    answer = await vividly.client.get("/api/v1/topics", params={"cursor": "gone/topic"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "http.unknown_cursor")


async def test_a_book_under_a_licence_that_is_not_open_has_no_page(vividly: Vividly, library_url: str) -> None:
    with psycopg.connect(library_url) as connection:
        connection.execute("UPDATE rag.edition SET license = 'CC BY-NC-SA 4.0'")
    assert (await vividly.client.get("/library/vividly-starter/photosynthesis")).status_code == 404
