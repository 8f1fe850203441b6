"""Managing the library over HTTP."""

import asyncio
from pathlib import Path

import pytest

from modules.user_auth.interface import Role
from modules.worker.interface import RunMode
from tests.contracts.rag import SMALL
from tests.modules.book_files.samples import packed
from tests.open_book import physics_of
from tests.shell.conftest import Vividly

pytestmark = pytest.mark.postgres
IMPORTS = "/api/v1/library/imports"


async def drain(vividly: Vividly) -> None:
    handlers = vividly.container.imports().handlers()
    await vividly.container.worker().run(handlers, mode=RunMode.DRAIN, stop=asyncio.Event())


def uploads(vividly: Vividly) -> list[Path]:
    return list((vividly.settings.home / "imports").rglob("*"))


async def test_a_book_that_is_sent_is_kept_imported_and_removed(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    asked = await vividly.client.post(
        IMPORTS, params={"filename": "../../etc/book.zip"}, content=b"no archive", headers=admin.headers
    )
    assert asked.status_code == 202, asked.text
    assert (asked.json()["state"], asked.json()["requested_by"]) == ("queued", str(admin.id))
    assert [path.name for path in uploads(vividly) if path.is_file()] == [".._.._etc_book.zip".strip(". ")]
    await drain(vividly)
    status = (await vividly.client.get(asked.headers["Location"], headers=admin.headers)).json()
    assert status["state"] == "failed"
    assert status["error_code"]
    assert str(vividly.settings.home) not in str(status)
    assert uploads(vividly) == []
    listed = (await vividly.client.get(IMPORTS, headers=admin.headers)).json()["imports"]
    assert listed == [status]


@pytest.mark.oer
async def test_a_real_book_that_is_sent_is_found_by_its_readers(
    vividly: Vividly, oer_dir: Path, tmp_path: Path
) -> None:
    book = physics_of(oer_dir, tmp_path / "physics", ("m54083", "m54138", "m54142"))
    sent = packed({str(path.relative_to(tmp_path)): path.read_bytes() for path in book.rglob("*.*")})
    admin, student = await vividly.person(Role.ADMIN), await vividly.person()
    asked = await vividly.client.post(IMPORTS, params={"filename": "physics.zip"}, content=sent, headers=admin.headers)
    assert asked.status_code == 202, asked.text
    await drain(vividly)
    status = (await vividly.client.get(asked.headers["Location"], headers=admin.headers)).json()
    assert (status["state"], status["source"], status["message"]) == ("done", "physics.zip", "")
    (report,) = status["reports"]
    assert (report["slug"], report["sections"]) == ("physics", 3)
    assert report["passages"] == report["embedded"] > 30
    assert uploads(vividly) == []

    query = {"q": "how did Newton say net force and mass set the acceleration of a system", "limit": 10}
    found = (await vividly.client.get("/api/v1/search", params=query, headers=student.headers)).json()
    passage = {one["topic_id"]: one for one in reversed(found)}["physics/m54142"]
    assert (passage["book"], passage["license"]) == ("Physics", "CC BY 4.0")
    assert "openstax.org" in passage["url"]
    suggestions = await vividly.client.get(
        "/api/v1/library/topics/suggest", params={"q": "newton's sec", "book": "physics"}, headers=student.headers
    )
    assert [one["topic"]["id"] for one in suggestions.json()["suggestions"]] == ["physics/m54142"]
    shown = (await vividly.client.get("/api/v1/library/books/physics", headers=admin.headers)).json()
    assert (shown["book"]["passages"], shown["editions"][0]["state"]) == (report["passages"], "serving")


async def test_a_book_too_large_or_empty_leaves_nothing(vividly: Vividly, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await vividly.person(Role.ADMIN)
    large = vividly.settings.http_max_body_bytes + 1
    taken = await vividly.client.post(
        IMPORTS, params={"filename": "a.zip"}, content=b"x" * large, headers=admin.headers
    )
    assert taken.status_code == 202
    await vividly.client.post(f"{taken.headers['Location']}/cancel", headers=admin.headers)

    async def endless() -> "object":
        for _ in range(300):
            yield b"x" * 1_000_000

    refused = await vividly.client.post(IMPORTS, params={"filename": "a.zip"}, content=endless(), headers=admin.headers)
    assert (refused.status_code, refused.json()["code"]) == (413, "http.request_entity_too_large")
    empty = await vividly.client.post(IMPORTS, params={"filename": "a.zip"}, headers=admin.headers)
    assert (empty.status_code, empty.json()["code"]) == (422, "http.upload_refused")
    assert uploads(vividly) == []


async def test_an_import_is_cancelled_and_an_unknown_one_is_not_there(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    import_id = await vividly.container.imports().request(SMALL, requested_by="cli")
    answer = await vividly.client.post(f"{IMPORTS}/{import_id}/cancel", headers=admin.headers)
    assert (answer.status_code, answer.json()["state"], answer.json()["source"]) == (200, "cancelled", "small")
    for path in (f"{IMPORTS}/nonsense", f"{IMPORTS}/00000000-0000-4000-8000-000000000000"):
        assert (await vividly.client.get(path, headers=admin.headers)).status_code == 404


async def test_books_are_shown_with_their_editions_and_quality(vividly: Vividly) -> None:
    admin = await vividly.person(Role.ADMIN)
    (book,) = (await vividly.client.get("/api/v1/library/books", headers=admin.headers)).json()["books"]
    shown = (await vividly.client.get(f"/api/v1/library/books/{book['slug']}", headers=admin.headers)).json()
    assert shown["book"] == book
    (edition,) = shown["editions"]
    assert (edition["state"], edition["revision"], edition["sections"]) == ("serving", book["edition"], 40)
    assert edition["quality"]["passed"]
    assert edition["quality"]["passages"] == book["passages"]
    assert (await vividly.client.get("/api/v1/library/books/nothing", headers=admin.headers)).status_code == 404
