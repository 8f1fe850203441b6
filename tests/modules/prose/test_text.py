"""Sentences, words and grades."""

import pytest

from modules.prose import interface as text

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Fish, e.g. Salmon, swim. Dr. Curie won.", ["Fish, e.g. Salmon, swim.", "Dr. Curie won."]),
        ("It is 3.5 m long. The force is 900 N. Find it.", ["It is 3.5 m long.", "The force is 900 N.", "Find it."]),
        ("In one line:\nF = m × a\n- A point.", ["In one line:", "F = m × a", "A point."]),
        ("He said “stop.” Then he left.", ["He said “stop.”", "Then he left."]),
        ("", []),
    ],
)
def test_sentences(passage: str, expected: list[str]) -> None:
    assert text.sentences(passage) == expected


@pytest.mark.parametrize(
    ("line", "equation"),
    [
        ("F = m × a", "F = m × a"),
        ("One line sums it up: 6 CO₂ + 6 H₂O → C₆H₁₂O₆ + 6 O₂", "6 CO₂ + 6 H₂O → C₆H₁₂O₆ + 6 O₂"),
        ("The net force is 3,900 N − 900 N = 3,000 N forward.", ""),
        ("Plants are green", ""),
    ],
)
def test_equations(line: str, equation: str) -> None:
    assert text.equation_in(line) == equation


def test_terms_are_found_as_whole_words() -> None:
    assert text.mentions("Two limiting factors exist.", "limiting factor")
    assert text.mentions("The light-dependent reactions start.", "light dependent reactions")
    assert not text.mentions("Enforced rules.", "force")


def test_reading_grade_follows_kincaid() -> None:
    assert text.reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert text.reading_grade("F = m × a") == 0.0


@pytest.mark.parametrize(("word", "count"), [("photosynthesis", 5), ("energy", 3), ("make", 1), ("a", 1)])
def test_syllables(word: str, count: int) -> None:
    assert text.syllables(word) == count
