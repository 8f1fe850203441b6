"""Following a request and playing what it made."""

import json

import pytest

from tests.shell.conftest import SignedIn, Vividly

pytestmark = pytest.mark.postgres
SOME_ID = "00000000-0000-4000-8000-000000000000"


async def test_the_status_has_an_etag_that_changes_with_the_request(vividly: Vividly) -> None:
    student = await vividly.person()
    asked = await vividly.ask(student, "Explain photosynthesis")
    path = asked.headers["Location"]
    first = await vividly.client.get(path, headers=student.headers)
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await vividly.client.get(path, headers=student.headers | tag)).status_code == 304
    await vividly.drain()
    changed = await vividly.client.get(path, headers=student.headers | tag)
    assert (changed.status_code, changed.json()["state"]) == (200, "completed")


async def events_of(vividly: Vividly, student: SignedIn, path: str, after: str = "") -> list[dict[str, str]]:
    headers = student.headers | ({"Last-Event-ID": after} if after else {})
    text = (await vividly.client.get(path, headers=headers)).text
    blocks = [block for block in text.split("\n\n") if "data:" in block]
    return [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in blocks]


async def test_events_end_with_the_request_and_resume_after_an_id(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis")
    events = await events_of(vividly, student, status["links"]["events"])
    ids = [int(event["id"]) for event in events]
    assert ids == sorted(set(ids))
    progress = [json.loads(event["data"])["progress"] for event in events]
    assert progress == sorted(progress)
    assert json.loads(events[-1]["data"])["state"] == "completed"
    assert sum(event["event"] == "state" and "completed" in event["data"] for event in events) == 1
    rest = await events_of(vividly, student, status["links"]["events"], after=events[2]["id"])
    assert rest == events[3:]


async def test_an_event_id_out_of_bounds_is_refused(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis")
    for wrong in ("9" * 25, "-1", "last"):
        headers = student.headers | {"Last-Event-ID": wrong}
        assert (await vividly.client.get(status["links"]["events"], headers=headers)).status_code == 422


async def test_cancelling_ends_the_request_without_cost(vividly: Vividly) -> None:
    student = await vividly.person()
    path = (await vividly.ask(student, "Explain photosynthesis")).headers["Location"]
    assert (await vividly.client.post(f"{path}/cancel", headers=student.headers)).json()["state"] == "cancelled"
    await vividly.drain()
    status = (await vividly.client.get(path, headers=student.headers)).json()
    assert (status["state"], status["cost"]["entries"]) == ("cancelled", [])


@pytest.mark.parametrize("path", [f"/api/v1/requests/{SOME_ID}", "/api/v1/requests/7", f"/api/v1/lessons/{SOME_ID}"])
async def test_an_unknown_id_is_not_found(vividly: Vividly, path: str) -> None:
    answer = await vividly.client.get(path, headers=(await vividly.person()).headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "http.not_found")


async def test_a_lesson_reads_as_json_markdown_and_page(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis with basketball")
    path = status["links"]["lesson"]
    page = await vividly.client.get(path, headers=student.headers | {"Accept": "text/html"})
    text = await vividly.client.get(path, headers=student.headers | {"Accept": "text/markdown"})
    assert page.headers["content-type"].startswith("text/html")
    assert text.headers["content-type"].startswith("text/markdown")
    for rendering in (page.text, text.text):
        assert "CC BY 4.0" in rendering
        assert "Photosynthesis" in rendering
    assert "<script" not in page.text


async def test_a_medium_that_was_not_asked_for_is_not_found(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis")
    for name in ("audio", "video", "captions.vtt", "transcript", "poster"):
        answer = await vividly.client.get(f"{status['links']['lesson']}/{name}", headers=student.headers)
        assert answer.status_code == 404


@pytest.mark.media
async def test_audio_and_video_play_in_ranges(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(
        student, "Explain photosynthesis with basketball", requested_modalities=["text", "audio", "video"]
    )
    assert (status["state"], status["available"]) == ("completed", ["text", "audio", "video"])
    stranger = await vividly.person()
    for name in ("lesson", "audio", "video", "captions", "transcript", "poster"):
        assert (await vividly.client.get(status["links"][name], headers=stranger.headers)).status_code == 404
    assert (status["cost"]["total_usd"], status["cost"]["saved_usd"]) == (0.2, 0)
    for name, kind in (("audio", "audio/mp4"), ("video", "video/mp4")):
        path = status["links"][name]
        whole = await vividly.client.get(path, headers=student.headers)
        assert (whole.status_code, whole.headers["content-type"]) == (200, kind)
        assert whole.content[4:8] == b"ftyp"
        await check_ranges(vividly, student, path, whole.content)
    captions = (await vividly.client.get(status["links"]["captions"], headers=student.headers)).text
    assert captions.startswith("WEBVTT")
    poster = await vividly.client.get(status["links"]["poster"], headers=student.headers)
    assert poster.content[:3] == b"\xff\xd8\xff"


async def check_ranges(vividly: Vividly, student: SignedIn, path: str, content: bytes) -> None:
    size = len(content)
    for asked, start, end in (("0-99", 0, 100), (f"{size - 10}-", size - 10, size), ("-5", size - 5, size)):
        part = await vividly.client.get(path, headers=student.headers | {"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, content[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    for ignored in ("5-3", f"0-{'9' * 5000}", "lines=1-2"):
        whole = await vividly.client.get(path, headers=student.headers | {"Range": f"bytes={ignored}"})
        assert (whole.status_code, len(whole.content)) == (200, size)
    beyond = await vividly.client.get(path, headers=student.headers | {"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    head = await vividly.client.head(path, headers=student.headers)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(size), b"")


@pytest.mark.media
async def test_a_video_alone_is_narrated_captioned_and_saves_nothing(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis", requested_modalities=["video"])
    assert (status["state"], status["requested_modalities"]) == ("completed", ["video"])
    assert (status["cost"]["total_usd"], status["cost"]["saved_usd"], status["cost"]["saved_audio_usd"]) == (0.2, 0, 0)
    for name in ("video", "poster", "captions", "transcript"):
        assert (await vividly.client.get(status["links"][name], headers=student.headers)).status_code == 200


@pytest.mark.media
async def test_a_truncated_file_is_never_served(vividly: Vividly) -> None:
    student = await vividly.person()
    status = await vividly.answered(student, "Explain photosynthesis", requested_modalities=["audio"])
    content = (await vividly.client.get(status["links"]["audio"], headers=student.headers)).content
    blobs = (vividly.settings.home / "blobs").rglob("*")
    stored = next(path for path in blobs if path.is_file() and path.read_bytes() == content)
    stored.write_bytes(stored.read_bytes()[:-100])
    answer = await vividly.client.get(status["links"]["audio"], headers=student.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "http.not_found")
