"""Lessons built ahead, reported, decided and withdrawn by command."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from modules.kernel.interface import LessonId, PersonId
from modules.lesson_feedback.interface import Feedback, FeedbackKind
from shell.lifecycle import opened
from shell.settings import Settings
from tests.e2e.conftest import Home

pytestmark = pytest.mark.postgres
QUESTION = "Explain photosynthesis with basketball"


def prewarmed(home: Home, *more: str) -> dict[str, Any]:
    options = ("--topics", "2", "--interests", "int_music,int_soccer", "--grades", "9", "--budget", "0.012")
    done = home.run("lessons", "prewarm", *options, "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_lessons_are_built_ahead_within_a_budget(kept: Home) -> None:
    planned = prewarmed(kept, "--dry-run")
    assert (planned["counts"]["would_build"], planned["counts"]["over_budget"], planned["usd"]) == (2, 1, 0.01)
    made = prewarmed(kept)
    assert (made["counts"]["built"], made["counts"]["over_budget"], made["usd"]) == (2, 1, 0.01)
    again = prewarmed(kept)
    assert again["counts"]["there"] >= 2
    assert again["counts"]["there"] + again["counts"]["built"] == 4
    for wrong in (["--budget", "much"], ["--budget", "1", "--interests", "int_nothing"], ["--budget", "-1"]):
        refused = kept.run("lessons", "prewarm", *wrong)
        assert (refused.returncode, "Traceback" in refused.stderr) == (2, False), refused.stderr


def report(home: Home, lesson_id: str) -> UUID:
    async def give() -> UUID:
        async with opened(Settings(home=home.path), library=False) as container:
            said = Feedback(
                person_id=PersonId(uuid4()),
                lesson_id=LessonId(UUID(lesson_id)),
                kind=FeedbackKind.INACCURATE,
                comment="Is that so?",
                sentence=2,
            )
            review_id = (await container.feedback().give(said)).review_id
        assert review_id
        return review_id

    return asyncio.run(give())


def asked(home: Home) -> dict[str, Any]:
    answer = home.run("ask", QUESTION, "--json")
    return json.loads(answer.stdout)["request"]


def test_reports_are_listed_and_decided(kept: Home) -> None:
    first = asked(kept)["lesson_id"]
    review_id = str(report(kept, first))
    (review,) = json.loads(kept.run("reviews", "list", "--json").stdout)
    assert (review["id"], review["comment"], review["state"]) == (review_id, "Is that so?", "pending")
    assert "comment: Is that so?" in kept.run("reviews", "list").stdout
    stands = kept.run("reviews", "approve", review_id, "--reason", "The book says so.")
    assert (stands.returncode, "approved" in stands.stdout) == (0, True), stands.stderr
    late = kept.run("reviews", "withdraw", review_id, "--reason", "No.")
    assert (late.returncode, "decided before" in late.stderr) == (1, True)
    assert asked(kept)["lesson_id"] == first

    second = str(report(kept, first))
    gone = kept.run("reviews", "withdraw", second, "--reason", "It is wrong.", "--block-topic", "--json")
    decided = json.loads(gone.stdout)
    assert (decided["state"], decided["decided_by"], decided["reason"]) == ("withdrawn", "cli", "It is wrong.")
    refused = asked(kept)
    assert (refused["state"], refused["error_code"]) == ("declined", "content_generation.topic_blocked")
    assert kept.run("reviews", "allow", decided["topic_id"]).returncode == 0
    anew = asked(kept)
    # The built-in writer would say the same again.
    assert (anew["state"], anew["error_code"]) == ("insufficient_sources", "content_generation.lesson_withdrawn")
    assert len(json.loads(kept.run("reviews", "list", "--decided", "--json").stdout)) == 2
    assert kept.run("reviews", "fix", str(uuid4()), "--reason", "x").returncode == 1
