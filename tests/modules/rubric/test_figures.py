"""Figures over many lessons, worked out by hand."""

from dataclasses import replace

import pytest

from modules.kernel.interface import GradeLevel, TopicId
from modules.rubric.interface import Check, JudgedLesson, RubricReport
from tests.modules.rubric.golden import LESSON, QUIZ, RUBRIC, SECTIONS, Case, fact

pytestmark = pytest.mark.unit


def judged(case: Case, *, draft: RubricReport | None = None, interest_id: str = "int_basketball") -> JudgedLesson:
    report = case.judged()
    return JudgedLesson(
        topic_id=TopicId("living/heart"),
        interest_id=interest_id,
        grade=case.lesson.grade,
        lesson=case.lesson,
        report=report,
        draft=draft or report,
    )


GOOD = Case()
FAR = Case(lesson=replace(LESSON, grade=GradeLevel(12)))
BARE = Case(lesson=replace(LESSON, quiz=QUIZ[:2], grade=GradeLevel(12)))
FALSE = Case(
    lesson=replace(
        LESSON,
        sections=(
            *SECTIONS[:3],
            replace(SECTIONS[3], sentences=(*SECTIONS[3].sentences, fact("A valve opens 9 times.", 2))),
            *SECTIONS[4:],
        ),
    )
)


def test_means_shares_and_the_worst_first() -> None:
    figures = RUBRIC.figures([judged(GOOD), judged(FAR), judged(BARE), judged(GOOD, draft=FALSE.judged())])
    assert (figures.lessons, figures.rubric_mean, figures.rubric_min) == (4, (15 + 14 + 13 + 15) / 4, 13)
    assert (figures.delivered_mean, figures.delivered_min) == (round((15 + 14 + 15) / 3, 4), 14)
    assert (figures.grade_band_share, figures.quiz_flaws, figures.analogy_mapped_or_absent) == (0.5, 1, 1.0)
    assert (figures.grounded_share, figures.drafts_grounded_share) == (1.0, 0.75)
    assert (figures.refused, figures.repaired) == (0.25, 0.25)
    assert figures.passed == {**{check.value: 1.0 for check in Check}, "grade_fit": 0.5, "quiz": 0.75}
    assert [one.report.total for one in figures.worst] == [13, 14, 15, 15]


def test_one_false_figure_is_not_grounded() -> None:
    assert RUBRIC.figures([judged(FALSE), judged(GOOD)]).grounded_share == 0.5


def test_invariance_compares_the_facts_of_one_topic_and_grade() -> None:
    music = judged(GOOD, interest_id="int_music")
    changed = judged(FALSE, interest_id="int_cooking")
    assert RUBRIC.figures([judged(GOOD)]).invariance is None
    assert RUBRIC.figures([judged(GOOD), judged(FAR)]).invariance is None
    assert RUBRIC.figures([judged(GOOD), music]).invariance == 1.0
    assert RUBRIC.figures([judged(GOOD), music], others=[changed]).invariance == 0.0
    assert RUBRIC.figures([judged(GOOD)], others=[music]).lessons == 1


def test_where_nothing_is_delivered_there_is_no_mean_of_it() -> None:
    figures = RUBRIC.figures([judged(BARE)])
    assert (figures.delivered_mean, figures.delivered_min, figures.refused) == (None, None, 1.0)


def test_no_more_than_ten_worst() -> None:
    assert len(RUBRIC.figures([judged(GOOD)] * 12).worst) == 10
