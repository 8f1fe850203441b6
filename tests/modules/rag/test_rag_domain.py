"""The pure rules: passages, the match, reading grade."""

from dataclasses import replace

import pytest

from modules.catalogue.factory import create_catalogue
from modules.chunking.domain.chunking import content_hash, passages_of
from modules.chunking.interface import CutSection, PassageDraft, PassageKind
from modules.kernel.interface import TopicId
from modules.questions.domain.question import analyse
from modules.questions.factory import create_questions
from modules.rag.domain.matching import match_of
from modules.rag.domain.words import index_text
from modules.rag.interface import ScoredTopic, Topic, TopicMatch
from modules.textbooks.interface import Block, BlockKind, Section

pytestmark = pytest.mark.unit


def section(*blocks: Block) -> Section:
    return Section(key="k", title="T", number="1.1", chapter="1 C", subject="physics", url="u", blocks=blocks)


def prose(words: int, heading: str = "H", kind: BlockKind = BlockKind.TEXT) -> Block:
    parts = tuple(f"Sentence {number} has {heading} words." for number in range(words // 5))
    return Block(kind=kind, heading=heading, parts=parts)


def test_passages_hold_60_to_200_words_of_one_heading() -> None:
    passages = passages_of(section(*(prose(45) for _ in range(7)), prose(700, "Long"), prose(80, "Other")))
    for passage in passages:
        assert 60 <= len(passage.text.split()) <= 230
        assert passage.text.endswith(".")
    assert {passage.heading for passage in passages} == {"H", "Long", "Other"}
    assert len({passage.heading for passage in passages if "Long" in passage.text}) == 1


def test_a_passage_never_exceeds_its_limit() -> None:
    endless = Block(kind=BlockKind.TEXT, heading="", parts=("x" * 9_000,))
    rows = Block(kind=BlockKind.TEXT, heading="", parts=("cell | " * 90,) * 60, lines=True)
    passages = passages_of(section(endless, rows))
    assert passages
    assert all(1 <= len(passage.text) <= 4_000 for passage in passages)


def test_an_example_keeps_together() -> None:
    example = [prose(140, kind=BlockKind.EXAMPLE), prose(130, kind=BlockKind.EXAMPLE)]
    assert len(passages_of(section(*example))) == 1


def test_the_content_hash_follows_the_content() -> None:
    one, other = section(prose(60)), section(prose(65))
    assert content_hash(one) == content_hash(section(prose(60)))
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) != content_hash(replace(one, title="U"))
    moved = replace(one, key="l", number="9.9", chapter="9 Z", url="elsewhere")
    assert content_hash(one) == content_hash(moved)


def topic(title: str, book: str, *, pinned: bool = False) -> Topic:
    return Topic(
        id=TopicId(f"{book}/{title}"), title=title, subject="physics", book_slug=book, book_title=book, chapter="1",
        section=f"1.1 {title}", url="u", words=100, pinned=pinned,
    )  # fmt: skip


def matched(*found: tuple[str, str, float], unknown: tuple[str, ...] = (), pinned: str = "") -> TopicMatch:
    scored = [
        ScoredTopic(topic=topic(title, book, pinned=title == pinned), score=score) for title, book, score in found
    ]
    return match_of(
        analyse("work", []),
        scored,
        unknown=unknown,
        same=create_catalogue(questions=create_questions(interest_phrases=())).are_same,
    )


def test_the_margin_skips_the_same_topic_of_another_book() -> None:
    match = matched(("Work", "a", 0.9), ("work", "b", 0.88), ("Power", "b", 0.4))
    assert match.covered
    assert match.margin == pytest.approx(0.5)


def test_another_book_s_longer_title_is_the_same_topic() -> None:
    assert matched(("Newton’s Third Law", "a", 0.9), ("Newton's Third Law of Motion", "b", 0.89)).margin > 0.8
    assert matched(("Refraction", "a", 0.9), ("Refraction of Light", "a", 0.89)).margin < 0.1


def test_a_low_score_or_a_thing_that_the_library_never_names_is_not_covered() -> None:
    assert not matched(("Work", "a", 0.49)).covered
    assert not matched(("Work", "a", 0.9), unknown=("vents",)).covered
    assert not matched().covered


def test_a_pin_decides_between_equals_only() -> None:
    def first(*scores: float) -> str:
        found = zip(("Work", "Power"), ("a", "b"), scores, strict=True)
        return matched(*found, pinned="Power").candidates[0].topic.title

    assert first(0.9, 0.89) == "Power"
    assert first(0.9, 0.87) == "Work"
    assert first(0.5, 0.49) == "Work"
    assert matched(("Work", "a", 0.9), ("Power", "b", 0.89), pinned="Power").margin == 0.0


def test_text_is_indexed_in_one_form() -> None:
    assert index_text("CO₂\x00") == "CO2 "


def reading_grade(*texts: str) -> float:
    drafts = tuple(PassageDraft(kind=PassageKind.TEXT, heading="", text=text) for text in texts)
    return CutSection(section=section(), words=0, content_hash="", drafts=drafts).reading_grade


def test_long_words_in_long_sentences_are_harder() -> None:
    easy = reading_grade("The cat sat. The dog ran. We go home now.")
    hard = reading_grade("Photosynthesis transforms electromagnetic energy into chemical energy within chloroplasts.")
    assert easy < 2
    assert hard > 12
    assert reading_grade() == 0.0
