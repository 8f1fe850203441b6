"""Questions that people judged, on the real starter library with its real vectors."""

import json
from pathlib import Path

import pytest

from tests.shell.conftest import Vividly

pytestmark = pytest.mark.postgres
JUDGED = [
    json.loads(line)
    for line in (Path(__file__).resolve().parents[1] / "judged" / "understanding.jsonl").read_text("utf-8").splitlines()
]
# What the one library covers and the other does not is judged where both agree.
ANYWHERE = {"declined", "out_of_scope"}
WHOLE_SUBJECTS = {"Tell me about science", "science", "physics", "chemistry", "help with math", "teach me a lesson"}


async def states(vividly: Vividly, questions: list[dict[str, object]]) -> list[str]:
    """The questions that were understood otherwise than judged."""
    wrong = []
    for line in questions:
        found = await vividly.container.understanding().understand(str(line["query"]))
        state = found.ending.state.value if found.ending else "clear"
        topics = line.get("topics", ())
        if state != line["state"] or (state == "clear" and found.topic_id not in topics):  # type: ignore[operator]
            wrong.append(f"{line['query']}: {state} {found.topic_id or ''}")
    return wrong


async def test_what_the_starter_library_can_answer_is_clear(vividly: Vividly) -> None:
    known = {topic.id for topic in await vividly.container.rag().topics()}
    clear = [line for line in JUDGED if known & set(line.get("topics", ()))]
    assert len(clear) >= 50
    wrong = await states(vividly, clear)
    assert len(wrong) <= 0.1 * len(clear), "\n".join(wrong)


async def test_thirty_short_questions_are_clear(vividly: Vividly) -> None:
    known = {topic.id for topic in await vividly.container.rag().topics()}
    clear = [line for line in JUDGED if known & set(line.get("topics", ())) and len(line["query"].split()) <= 4]
    assert len(clear) >= 30
    assert await states(vividly, clear[:30]) == []


async def test_what_is_no_lesson_anywhere_is_said_so(vividly: Vividly) -> None:
    nowhere = [line for line in JUDGED if line["state"] in ANYWHERE]
    assert len(nowhere) >= 40
    wrong = await states(vividly, nowhere)
    assert len(wrong) <= 0.05 * len(nowhere), "\n".join(wrong)
    assert await states(vividly, [line for line in JUDGED if line["state"] == "declined"]) == []


async def test_a_whole_subject_asks_back(vividly: Vividly) -> None:
    whole = [line for line in JUDGED if line["query"] in WHOLE_SUBJECTS]
    assert len(whole) == len(WHOLE_SUBJECTS)
    assert await states(vividly, whole) == []
