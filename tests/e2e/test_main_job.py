"""The main job as a newcomer runs it: one command, and every file that it promises."""

import json
import re
import subprocess
from pathlib import Path

import av
import pytest

from tests.e2e.conftest import Home

pytestmark = [pytest.mark.postgres, pytest.mark.media]
QUESTION = "Explain photosynthesis with basketball"
MODALITIES = ("--modality", "text", "--modality", "audio", "--modality", "video")


@pytest.fixture(scope="module")
def asked(home: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple["subprocess.CompletedProcess[str]", Path]:
    out = tmp_path_factory.mktemp("lesson")
    return home.run("ask", QUESTION, "--grade", "10", *MODALITIES, "--out", str(out)), out


def test_the_lesson_is_printed_and_messages_stay_apart(asked: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    done, _ = asked
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# ")
    assert "CC BY 4.0" in done.stdout
    assert "Cost $0.200, saved $0.000" in done.stderr
    assert "Rendering the video" in done.stderr


def test_every_file_is_written(asked: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    _, out = asked
    promised = {"lesson.md", "lesson.html", "lesson.m4a", "lesson.mp4", "lesson.vtt", "poster.jpg", "receipt.json"}
    assert promised <= {path.name for path in out.iterdir()}
    assert all(path.stat().st_size > 0 for path in out.iterdir())


def test_the_lesson_cites_its_textbook(asked: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    _, out = asked
    text = (out / "lesson.md").read_text(encoding="utf-8")
    assert len(text.split()) >= 250
    assert "basketball" in text.lower()
    assert "chlorophyll" in text.lower()
    assert "<http://127.0.0.1:8000/library/vividly-starter/photosynthesis>" in text
    receipt = json.loads((out / "receipt.json").read_text(encoding="utf-8"))
    assert len(receipt["lesson"]["checks"]) == 15
    assert all(check["passed"] for check in receipt["lesson"]["checks"] if check["blocking"])
    assert {source["url"] for source in receipt["sources"]} == {"/library/vividly-starter/photosynthesis"}
    charges = {row["item"]: row["amount_usd"] for row in receipt["request"]["cost"]["entries"]}
    assert charges == {"text": 0.005, "audio": 0.012, "video": 0.183}


def test_the_video_has_picture_sound_and_captions_of_one_length(
    asked: tuple["subprocess.CompletedProcess[str]", Path],
) -> None:
    _, out = asked
    with av.open(str(out / "lesson.mp4")) as video, av.open(str(out / "lesson.m4a")) as audio:
        assert sorted(stream.type for stream in video.streams) == ["audio", "subtitle", "video"]
        assert (video.streams.video[0].width, video.streams.video[0].height) == (1280, 720)
        seconds = {stream.type: float(stream.duration * stream.time_base) for stream in video.streams}
        spoken = audio.duration / av.time_base
    assert abs(seconds["video"] - seconds["audio"]) < 0.1
    assert abs(seconds["video"] - spoken) < 0.1
    assert 60 <= spoken <= 180
    cues = re.findall(r"--> (\d+):(\d+):(\d+)\.(\d+)", (out / "lesson.vtt").read_text(encoding="utf-8"))
    hours, minutes, rest, milli = map(int, cues[-1])
    assert hours * 3600 + minutes * 60 + rest + milli / 1000 <= seconds["video"] + 0.01


def test_asking_again_shares_the_lesson_and_costs_nothing(kept: Home) -> None:
    done = kept.run("ask", QUESTION, "--grade", "10", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["request"]["cost"]["total_usd"] == 0
    assert document["request"]["cost"]["saved_text_usd"] == 0.005


def test_a_question_that_no_book_covers_exits_with_1(kept: Home) -> None:
    done = kept.run("ask", "teach me Klingon verbs")
    assert (done.returncode, done.stdout.strip()) == (1, "")
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "args",
    [
        ("ask",),
        ("ask", ""),
        ("ask", "x" * 501),
        ("ask", QUESTION, "--grade", "5"),
        ("ask", QUESTION, "--modality", "smell"),
        ("ask", QUESTION, "--interest", "int_yodelling"),
        ("ask", QUESTION, "--out", "/dev/null/lesson"),
        ("module", "nonsense"),
        ("nonsense",),
    ],
)
def test_a_wrong_call_exits_with_2_and_says_why(home: Home, args: tuple[str, ...]) -> None:
    done = home.run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_seeding_twice_keeps_the_counts(kept: Home, students: dict[str, str]) -> None:
    assert len(students) == 3
    again = json.loads(kept.run("demo", "seed", "--json").stdout)
    counts = {name: again[name] for name in ("districts", "schools", "classes", "people")}
    assert counts == {"districts": 1, "schools": 1, "classes": 1, "people": 4}
    assert not any(account["password"] for account in again["accounts"])


def test_the_doctor_finds_nothing_wrong(kept: Home) -> None:
    done = kept.run("doctor", "--json")
    findings = json.loads(done.stdout)
    assert done.returncode == 0, findings
    assert {"database", "schema", "library", "embedder", "media", "disk", "port"} <= {f["name"] for f in findings}


def test_tables_and_models_agree(kept: Home) -> None:
    done = kept.run("db", "check")
    assert done.returncode == 0, done.stderr


def test_draining_an_empty_queue_ends_by_itself(kept: Home) -> None:
    done = kept.run("worker", "drain", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"ended": 0})
