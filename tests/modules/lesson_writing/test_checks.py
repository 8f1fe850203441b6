"""The checks let a true lesson through, and each kind of corruption fails exactly the check that is there for it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from modules.lesson_writing.domain.checking import supports
from modules.lesson_writing.interface import KeyTerm, Lesson, Sentence, SentenceKind
from tests.modules.lesson_writing.lessons import PHOTOSYNTHESIS, WRITER, lesson
from tests.modules.lesson_writing.library import starter

pytestmark = pytest.mark.unit


def failed(of: Lesson) -> set[str]:
    results = WRITER.check(of, starter()[PHOTOSYNTHESIS][1])
    return {one.name for one in results if one.blocking and not one.passed}


def with_fact(change: Callable[[Sentence], Sentence]) -> Lesson:
    """The lesson with its first explained fact changed."""
    made = lesson()
    place = next(number for number, section in enumerate(made.sections) if section.kind == "explanation")
    section = made.sections[place]
    first = next(number for number, one in enumerate(section.sentences) if one.kind is SentenceKind.FACT)
    told = list(section.sentences)
    told[first] = change(told[first])
    changed = replace(section, sentences=tuple(told))
    return replace(made, sections=(*made.sections[:place], changed, *made.sections[place + 1 :]))


def test_the_lesson_itself_passes() -> None:
    assert failed(lesson()) == set()


@pytest.mark.parametrize(
    ("told", "claim"),
    [
        ("Air contains only about 0.04% carbon dioxide.", "Air contains only about 0.4% carbon dioxide."),
        ("The Calvin cycle does not use light directly.", "The Calvin cycle does use light directly."),
        ("Plants use light energy to make sugars.", "Plants do not use light energy to make sugars."),
        ("Roots take in water.", "Enzymes copy the genetic code of a virus."),
        ("A net force of 30 N acts on the box.", "A net force of 40 N acts on the box."),
        ("Energy is never lost in a closed system.", "Energy is lost in a closed system."),
    ],
)
def test_numbers_denials_and_foreign_sentences_are_noticed(told: str, claim: str) -> None:
    around = "Leaves are thin. {} Cells need ATP all the time."
    assert supports(around.format(told), told)
    assert not supports(around.format(told), claim)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda one: replace(one, text="The Moon pulls the oceans towards it twice a day."), "groundedness"),
        (lambda one: replace(one, text=one.text.replace(".", " 17 times.")), "groundedness"),
        (lambda one: replace(one, text=one.text.replace(".", " and never so.")), "groundedness"),
    ],
)
def test_a_corrupted_fact_is_not_grounded(change: Callable[[Sentence], Sentence], check: str) -> None:
    assert with_fact(change) != lesson()
    assert failed(with_fact(change)) == {check}


def test_a_fact_without_citation_is_missed_in_recall() -> None:
    assert "citation_recall" in failed(with_fact(lambda one: replace(one, citations=())))


def test_a_citation_of_a_source_that_does_not_exist_does_not_resolve() -> None:
    assert "citations_resolve" in failed(with_fact(lambda one: replace(one, citations=(*one.citations, 99))))


def test_a_source_that_was_never_retrieved_does_not_resolve() -> None:
    made = lesson()
    forged = replace(made.sources[0], passage_id=type(made.sources[0].passage_id)(-1))
    assert "citations_resolve" in failed(replace(made, sources=(forged, *made.sources[1:])))


def test_a_definition_that_the_book_does_not_give_is_not_grounded() -> None:
    made = lesson()
    forged = KeyTerm(term="chlorophyll", definition="a red liquid in animal blood.", citations=made.terms[0].citations)
    assert failed(replace(made, terms=(forged, *made.terms[1:]))) == {"groundedness"}


@pytest.mark.parametrize(
    "change",
    [
        {"options": ("Chloroplast", "chloroplast", "ATP", "Glycolysis")},
        {"options": ("Only", "Three", "Options")},
        {"answer": 4},
        {"question": "Which pigment is called chlorophyll, stomata, limiting factor or light?"},
    ],
)
def test_a_flawed_question_fails_the_quiz(change: dict[str, object]) -> None:
    made = lesson()
    items = [replace(item, **change) for item in made.quiz]  # type: ignore[arg-type]
    assert failed(replace(made, quiz=tuple(items))) == {"quiz"}
    assert failed(replace(made, quiz=made.quiz[:2])) == {"quiz"}


def test_an_analogy_needs_three_mapped_pairs_and_a_limit() -> None:
    made = lesson()
    assert made.analogy
    assert failed(replace(made, analogy=replace(made.analogy, pairs=made.analogy.pairs[:2]))) == {"analogy"}
    assert failed(replace(made, analogy=replace(made.analogy, limit=" "))) == {"analogy"}
    loose = tuple(replace(pair, sentence="Sport is fun.") for pair in made.analogy.pairs)
    assert failed(replace(made, analogy=replace(made.analogy, pairs=loose))) == {"analogy"}


def test_a_lesson_of_a_few_words_is_too_short() -> None:
    made = lesson()
    assert "word_count" in failed(replace(made, sections=made.sections[:2]))


def test_reading_grade_is_reported_and_stops_nothing() -> None:
    hard = "Photosynthetically, multidimensional biochemical infrastructures necessitate sophistication."
    made = lesson()
    frame = Sentence(text=hard, kind=SentenceKind.FRAME)
    hook = replace(made.sections[0], sentences=(frame,) * 40)
    results = WRITER.check(replace(made, sections=(hook, *made.sections[1:])), starter()[PHOTOSYNTHESIS][1])
    grade = next(one for one in results if one.name == "reading_grade")
    assert (grade.passed, grade.blocking) == (False, False)
    assert all(one.passed for one in results if one.blocking)
