"""The authored comparisons fit every concept, and no topic gets a forced one."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from modules.lesson_writing.domain.text import content
from modules.lesson_writing.interface import Interest
from modules.lesson_writing.pipeline import bank
from modules.rag.interface import PassageKind
from tests.modules.lesson_writing.lessons import WRITER, brief
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
    ],
)
def test_an_interest_is_named_not_guessed(question: str, phrase: str, found: str) -> None:
    assert WRITER.interest_in(question, phrase=phrase) == found
