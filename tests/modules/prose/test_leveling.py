"""Re-levelled sentences say what the book says: its numbers, its denials, its order, its words."""

import re
from pathlib import Path

import pytest

from modules.lesson_writing.interface import Brief
from modules.prose import interface as text
from tests.modules.lesson_writing.lessons import WRITER, brief

pytestmark = pytest.mark.unit
_ADDED = {
    "this",
    "these",
    "is",
    "because",
    "means",
    "that",
    "results",
    "in",
    "causes",
    "leads",
    "to",
    "allows",
    "makes",
}
_ADDED |= {
    "causing",
    "allowing",
    "making",
    "resulting",
    "leading",
    "meaning",
    "the",
    "so",
    "but",
    "yet",
    "and",
    "whereas",
    "which",
    "a",
    "an",
}
_SENTENCES = 2_000


def leveled(line: str, most_words: int = 10) -> list[str]:
    return text.sentences(text.leveled(line, most_words=most_words))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "The longer axis is called the major axis, and the shorter axis is called the minor axis.",
            ["The longer axis is called the major axis.", "The shorter axis is called the minor axis."],
        ),
        (
            "Plasma forms the liquid part of blood; the cells are carried along in it.",
            ["Plasma forms the liquid part of blood.", "The cells are carried along in it."],
        ),
        (
            "The victors had another nation to rebuild, but the war was finally over.",
            ["The victors had another nation to rebuild.", "But the war was finally over."],
        ),
        (
            "Animal dispersal is important for some fungi because an animal may carry spores far away.",
            ["Animal dispersal is important for some fungi.", "This is because an animal may carry spores far away."],
        ),
        (
            "A related source of carbon is humus, which is a mixture of organic materials.",
            ["A related source of carbon is humus.", "Humus is a mixture of organic materials."],
        ),
        (
            "Heat makes the particles move apart, causing the solid to become a liquid.",
            ["Heat makes the particles move apart.", "This causes the solid to become a liquid."],
        ),
    ],
)
def test_a_long_sentence_is_cut_where_a_clause_ends(line: str, told: list[str]) -> None:
    assert leveled(line) == told
    assert leveled(line, most_words=40) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "The enzyme does not bind the sugar because the sugar has the wrong shape for it.",
        "If the charge is negative, the arrow points in, and the force is an attraction.",
        "Newton said that the force is equal to the change, and the change is a vector.",
        "The rate depends on three things: the heat; the mass of the atoms; and the area that is open.",
        "The band is made of layers of cells, which is a sign of its age and its growth.",
        "Adding heat would make the particles move apart, causing the solid to become a liquid.",
        "The plates moved apart and the crust was thin, causing the sea to become deeper there.",
        "Blood contains red cells, white cells, and the platelets are the smallest of them all.",
    ],
)
def test_a_sentence_stays_whole_when_its_parts_lean_on_one_another(line: str) -> None:
    assert leveled(line) == [line]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Plants utilize approximately 2% of the light.", "Plants use about 2% of the light."),
        ("Utilizing an additional pump is an enormous step.", "Using an extra pump is a huge step."),
        ("She wrote that “plants utilize light” in 1804.", "She wrote that “plants utilize light” in 1804."),
        ("The Reveal project and the Via Appia.", "The Reveal project and the Via Appia."),
    ],
)
def test_rare_words_give_way_and_names_and_quotes_stay(line: str, told: str) -> None:
    assert text.simpler(line) == told


def test_a_technical_term_is_never_replaced() -> None:
    assert text.simpler("Manufactured cells alter.", keep=text.content("alter")) == "Made cells alter."


def test_the_list_of_simpler_words_is_long_and_touches_no_number_and_no_denial() -> None:
    words = WRITER.simpler_words()
    assert len(words) >= 150
    for rare, plain in words.items():
        assert rare == rare.lower() != plain
        assert text.negations(rare) == text.negations(plain) == 0
        assert not text.numbers(rare) | text.numbers(plain)
        assert not set(plain.split()) & {"all", "some", "most", "none", "only", "always", "never", "half", "double"}
        assert text.simpler(plain) == plain, f"{rare} becomes {plain}, which is replaced again"


def _real_sentences(books: Path) -> list[str]:
    found: list[str] = []
    for module in sorted(books.glob("*/modules/*/index.cnxml"))[::5]:
        paragraphs = re.findall(r"<para[^>]*>(.*?)</para>", module.read_text("utf-8"), re.DOTALL)
        prose = [re.sub(r"<[^>]+>", "", one) for one in paragraphs if "<m:math" not in one]
        found += [line for one in prose for line in text.sentences(" ".join(one.split()))]
    long = [line for line in found if text.count(line) > 14]
    return long[:: len(long) // _SENTENCES][:_SENTENCES]


def test_two_thousand_real_sentences_keep_numbers_denials_words_and_their_order(oer_dir: Path) -> None:
    cut = 0
    for line in _real_sentences(oer_dir):
        told = text.leveled(line, most_words=12)
        assert text.numbers(told) == text.numbers(line), told
        assert text.negations(told) == text.negations(line), told
        before = [word for word in _words(text.simpler(line)) if word not in _ADDED]
        after = [word for word in _words(told) if word not in _ADDED]
        assert set(after) <= set(before), told
        assert _follows(before, after), told
        cut += len(text.sentences(told)) > len(text.sentences(line))
    assert cut >= _SENTENCES / 100


def _words(line: str) -> list[str]:
    return re.findall(r"\w+", line.lower())


def _follows(before: list[str], after: list[str]) -> bool:
    """Whether all words of the sentence come again in their order; a subject may be said a second time."""
    rest = iter(after)
    return all(word in rest for word in before)


def given(grade: int) -> Brief:
    return brief(interest_id="", grade=grade)


def test_a_cut_sentence_keeps_its_citation_in_every_piece() -> None:
    for grade in (6, 8):
        made = WRITER.write(given(grade))
        for section in made.sections:
            assert all(one.citations for one in section.sentences if one.kind == "fact")
