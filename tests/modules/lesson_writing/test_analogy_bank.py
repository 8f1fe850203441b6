"""The authored comparisons fit every concept, and no topic gets a forced one."""

import json
import re
from dataclasses import replace
from importlib.resources import files

import pytest

from modules.lesson_writing.domain.framing import analogy
from modules.lesson_writing.interface import Interest
from modules.lesson_writing.pipeline import bank
from modules.prose.interface import content, count
from modules.rag.interface import PassageKind
from tests.modules.lesson_writing.lessons import PHOTOSYNTHESIS, WRITER, brief
from tests.modules.lesson_writing.library import starter

pytestmark = pytest.mark.unit


def test_there_are_sixty_interests_with_stable_ids() -> None:
    interests = WRITER.interests()
    assert len(interests) == 60
    assert len({one.category for one in interests}) == 8
    assert all(re.fullmatch(r"int_[a-z0-9_]+", one.id) and one.phrases for one in interests)
    assert len({phrase for one in interests for phrase in one.phrases}) == sum(len(one.phrases) for one in interests)


AUTHORED = [
    one for one in WRITER.interests() if (files("modules.lesson_writing") / f"bank/analogies/{one.id}.json").is_file()
]


@pytest.mark.parametrize("interest", AUTHORED, ids=lambda one: one.id)
def test_every_starter_topic_is_compared_in_whole_sentences(interest: Interest) -> None:
    for topic, passages in starter().values():
        made = bank.comparison(topic, passages, interest)
        assert made, topic.title
        lines = [made.analogy.opening, *(pair.sentence for pair in made.analogy.pairs), made.analogy.limit]
        assert len({pair.concept for pair in made.analogy.pairs}) >= 3
        for line in lines:
            assert line[0].isupper()
            assert line.endswith((".", "!", "?"))
            assert "{" not in line
            assert not re.search(r"\b(\w+) \1\b", line), line
        for pair in made.analogy.pairs:
            assert set(content(pair.interest)) & set(content(pair.sentence)), pair.sentence


SCENES = json.loads((files("modules.lesson_writing") / "bank" / "scenes.json").read_text("utf-8"))


def test_every_interest_has_a_scene_of_three_elements() -> None:
    assert set(SCENES["scenes"]) == {one.id for one in WRITER.interests()}
    for scene in SCENES["scenes"].values():
        assert len(set(scene["elements"])) == 3
        assert not any(line.endswith(".") for line in [scene["scene"], scene["limit"], *scene["elements"]])


@pytest.mark.parametrize("interest", WRITER.interests(), ids=lambda one: one.id)
def test_a_comparison_without_an_authored_entry_says_that_it_is_looser(
    interest: Interest, monkeypatch: pytest.MonkeyPatch
) -> None:
    authored = bank.read
    monkeypatch.setattr(bank, "read", lambda name: {} if name.startswith("analogies/") else authored(name))
    made = bank.comparison(*starter()[PHOTOSYNTHESIS], interest)
    assert made
    assert made.analogy.loose
    assert "looser" in made.analogy.opening
    assert "stops" in made.analogy.limit
    assert len({pair.concept for pair in made.analogy.pairs}) == 3
    for pair in made.analogy.pairs:
        assert pair.concept in pair.sentence
        assert pair.interest.lower() in pair.sentence.lower()
        assert re.search(r"\bjust as\b|\bplay the part of\b|\bstand for\b", pair.sentence)


def test_a_cue_counts_where_a_word_begins() -> None:
    given = brief()
    topic = replace(given.topic, title="Making sulfur", objectives=("Describe the preparation of sulfur",), terms=())
    prose = "The preparation of sulfur needs separation, and its generation is an operation. " * 9
    passages = [replace(one, text=prose, kind=PassageKind.TEXT) for one in given.passages[:1]]
    assert bank.comparison(topic, passages, WRITER.interests()[0]) is None


def test_why_a_comparison_holds_is_said_before_its_limit() -> None:
    topic, passages = starter()[PHOTOSYNTHESIS]
    interest = next(one for one in WRITER.interests() if one.id == "int_basketball")
    made = bank.comparison(topic, passages, interest)
    assert made
    held = replace(made, analogy=replace(made.analogy, holds="Both pass energy on and make none."))
    lines = [one.text for section in analogy(held) for one in section.sentences]
    assert lines.index("Both pass energy on and make none.") == lines.index(made.analogy.limit) - 1
    sizes = [sum(count(one.text) for one in section.sentences) for section in analogy(held)]
    assert all(20 <= size <= 90 for size in sizes)


def test_a_topic_without_a_pattern_gets_no_comparison() -> None:
    given = brief()
    topic = replace(given.topic, title="The Congress of Vienna")
    passages = [replace(one, text="Diplomats met in 1814.", kind=PassageKind.TEXT) for one in given.passages]
    assert bank.comparison(topic, passages, WRITER.interests()[0]) is None


@pytest.mark.parametrize(
    ("question", "phrase", "found"),
    [
        ("Explain photosynthesis with basketball", "basketball", "int_basketball"),
        ("Explain photosynthesis with basketball", "", "int_basketball"),
        ("osmosis using hip hop dance", "", "int_dancing"),
        ("How do fish swim in cold water?", "", ""),
        ("Explain photosynthesis", "", ""),
        ("gravity through Minecraft please", "minecraft", "int_video_games"),
        ("gravity with stamp collecting", "stamp collecting", ""),
        ("gravity with hoop", "hoop", "int_basketball"),
        ("gravity", "I love dancing", "int_dancing"),
        ("gravity", "skateboards", "int_skateboarding"),
        ("gravity", "swimmer", "int_swimming"),
        ("gravity", "playing the guitar", "int_guitar"),
        ("gravity", "baskteball", "int_basketball"),
        ("gravity", "soccor", "int_soccer"),
        ("gravity", "math", ""),
        ("gravity", "cat's cradle", ""),
        ("gravity", "x" * 5_000, ""),
    ],
)
def test_an_interest_is_named_not_guessed(question: str, phrase: str, found: str) -> None:
    assert WRITER.interest_in(question, phrase=phrase) == found


@pytest.mark.parametrize(
    "title", ["The Holocaust", "Slavery in the Cotton Kingdom", "The Trail of Tears", "Jim Crow laws"]
)
def test_what_people_suffered_is_compared_with_no_hobby(title: str) -> None:
    given = brief()
    made = bank.comparison(given.topic, given.passages, WRITER.interests()[0])
    assert made
    assert bank.comparison(replace(given.topic, title=title), given.passages, WRITER.interests()[0]) is None
    assert not bank.is_grave(given.topic)
