"""A claim that its source does not support is mended once with the book's own sentence, or taken out."""

from dataclasses import replace

import pytest

from modules.lesson_writing.interface import KeyTerm, Lesson, Section, SectionKind, Sentence
from modules.rubric.interface import Check
from tests.modules.rubric.golden import LESSON, PASSAGES, QUIZ, RUBRIC, SECTIONS, Case, fact, frame

pytestmark = pytest.mark.unit
CHAMBERS, VALVES = 2, 3
TRUE = "A closed valve does not let blood flow backward."


def with_claim(claim: Sentence) -> Lesson:
    """The lesson with another sentence in the place of the one about closed valves."""
    old = SECTIONS[VALVES].sentences
    assert old[3].text == TRUE
    changed = replace(SECTIONS[VALVES], sentences=(*old[:3], claim, *old[4:]))
    return replace(LESSON, sections=(*SECTIONS[:VALVES], changed, *SECTIONS[VALVES + 1 :]))


def mended(lesson: Lesson) -> Lesson:
    return RUBRIC.repaired(lesson, PASSAGES)


def test_a_lesson_that_keeps_to_its_sources_comes_back_itself() -> None:
    assert mended(LESSON) is LESSON


def test_a_corrupted_sentence_becomes_the_cited_one() -> None:
    broken = with_claim(fact("A closed valve does let blood flow backward.", 2))
    assert not Case(lesson=broken).judged().gate
    assert mended(broken) == LESSON
    assert Case(lesson=mended(broken)).judged().total == 15


@pytest.mark.parametrize(
    "claim",
    [
        fact("The Moon pulls the oceans towards it twice a day.", 2),
        fact(TRUE),
        fact(TRUE, 99),
        fact("The two ventricles do not push blood out of the heart into large vessels.", 1),
    ],
)
def test_what_cannot_be_mended_is_taken_out(claim: Sentence) -> None:
    """Foreign; without a citation; with one that leads nowhere; the cited sentence is said elsewhere already."""
    after = mended(with_claim(claim))
    told = [one.text for one in after.sections[VALVES].sentences]
    assert claim.text not in told
    assert len(told) == len(SECTIONS[VALVES].sentences) - 1
    assert Case(lesson=after).judged().check(Check.GROUNDEDNESS).score == 1


def test_a_section_that_has_nothing_left_to_tell_goes() -> None:
    foreign = [frame("Next, look up."), fact("The Moon pulls the oceans towards it twice a day.", 2)]
    extra = Section(kind=SectionKind.EXPLANATION, title="Tides", sentences=tuple(foreign))
    assert mended(replace(LESSON, sections=(*SECTIONS[:4], extra, *SECTIONS[4:]))) == LESSON


def test_definitions_and_feedback_are_held_to_their_sources_too() -> None:
    forged = KeyTerm(term="septum", definition="a red liquid in animal blood.", citations=(4,))
    section = replace(SECTIONS[CHAMBERS], terms=(SECTIONS[CHAMBERS].terms[0], forged))
    item = replace(QUIZ[1], feedback="A wall of muscle called the septum does not keep the two sides apart.")
    lost = replace(QUIZ[2], feedback="Elephants remember where water is.")
    after = mended(
        replace(
            LESSON,
            terms=(LESSON.terms[0], forged),
            sections=(*SECTIONS[:CHAMBERS], section, *SECTIONS[CHAMBERS + 1 :]),
            quiz=(QUIZ[0], item, lost),
        )
    )
    assert [one.term for one in after.terms] == ["atria"]
    assert after.sections[CHAMBERS].terms == after.terms
    assert after.quiz == (QUIZ[0], QUIZ[1])
    assert not Case(lesson=after).judged().gate
