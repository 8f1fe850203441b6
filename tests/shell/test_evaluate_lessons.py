"""Which lessons `vividly eval lessons` writes."""

from collections import Counter

import pytest

from modules.kernel.interface import TopicId
from modules.rag.interface import Topic
from shell.cli.evaluate_lessons import spread

pytestmark = pytest.mark.unit


def topic(book: str, number: int) -> Topic:
    return Topic(
        id=TopicId(f"{book}/{number}"), title="Light", subject="physics", book_slug=book, book_title=book,
        chapter="", section="", url="", words=100,
    )  # fmt: skip


TOPICS = [topic(book, number) for book, size in (("large", 50), ("middle", 20), ("small", 3)) for number in range(size)]


def test_topics_are_spread_over_the_books_and_none_comes_twice() -> None:
    drawn = spread(TOPICS, 23)
    assert Counter(one.split("/")[0] for one in drawn) == {"large": 10, "middle": 10, "small": 3}
    assert len(set(drawn)) == 23
    assert [int(one.split("/")[1]) for one in drawn if one.startswith("large")] != list(range(10))


def test_the_same_topics_come_every_time_whatever_their_order() -> None:
    assert spread(TOPICS, 12) == spread(TOPICS[::-1], 12) == spread(TOPICS, 30)[:12]


def test_a_small_library_gives_all_that_it_has() -> None:
    assert sorted(spread(TOPICS, 1000)) == sorted(one.id for one in TOPICS)
