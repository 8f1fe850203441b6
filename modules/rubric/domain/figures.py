"""Figures over many judged lessons."""

from collections.abc import Iterable, Sequence
from typing import Final

from modules.kernel.interface import GradeLevel, TopicId
from modules.lesson_writing.interface import Lesson, SentenceKind
from modules.rubric.values import Check, JudgedLesson, LessonFigures, RubricReport

_WORST: Final = 10
_DIGITS: Final = 4


def figures_of(judged: Sequence[JudgedLesson], others: Sequence[JudgedLesson]) -> LessonFigures:
    totals = [one.report.total for one in judged]
    delivered = [one.report.total for one in judged if one.report.gate]
    passed = {check.value: _share(one.report.check(check).passed for one in judged) for check in Check}
    return LessonFigures(
        lessons=len(judged),
        rubric_mean=round(sum(totals) / len(totals), _DIGITS),
        rubric_min=min(totals),
        delivered_mean=round(sum(delivered) / len(delivered), _DIGITS) if delivered else None,
        delivered_min=min(delivered, default=None),
        grounded_share=_share(_is_grounded(one.report) for one in judged),
        drafts_grounded_share=_share(_is_grounded(one.draft) for one in judged),
        grade_band_share=passed[Check.GRADE_FIT],
        quiz_flaws=sum(one.report.quiz_flaws for one in judged),
        analogy_mapped_or_absent=passed[Check.ANALOGY],
        invariance=_invariance([*judged, *others]),
        refused=_share(not one.report.gate for one in judged),
        repaired=_share(one.repaired for one in judged),
        passed=passed,
        worst=tuple(sorted(judged, key=lambda one: one.report.total)[:_WORST]),
    )


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return round(sum(found) / len(found), _DIGITS)


def _is_grounded(report: RubricReport) -> bool:
    found = report.check(Check.GROUNDEDNESS)
    return found.passed and found.score == 1


def _invariance(judged: Iterable[JudgedLesson]) -> float | None:
    told: dict[tuple[TopicId, GradeLevel], dict[str, tuple[str, ...]]] = {}
    for one in judged:
        told.setdefault((one.topic_id, one.grade), {})[one.interest_id] = _facts(one.lesson)
    compared = [len(set(by_interest.values())) == 1 for by_interest in told.values() if len(by_interest) > 1]
    return _share(compared) if compared else None


def _facts(lesson: Lesson) -> tuple[str, ...]:
    return tuple(one.text for section in lesson.sections for one in section.sentences if one.kind is SentenceKind.FACT)
