"""Which checks stop a lesson, and how many of all it needs."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from modules.lesson_writing.interface import CheckResult
from modules.rubric.values import Check, RubricReport

GATE: Final = 9
# A quiz that cannot be answered (`quizzing.BROKEN`) stops a lesson too; with QUIZ in here, every flaw of it does.
BLOCKING: Final = frozenset({Check.GROUNDEDNESS, Check.CITATION_RECALL, Check.CITATION_PRECISION, Check.ANALOGY})


def report_of(checks: Iterable[CheckResult], quiz_flaws: int) -> RubricReport:
    """The judgement from the fifteen results."""
    marked = tuple(replace(one, blocking=one.blocking or one.name in BLOCKING) for one in checks)
    total = sum(one.passed for one in marked)
    gate = total >= GATE and all(one.passed for one in marked if one.blocking)
    return RubricReport(checks=marked, total=total, gate=gate, quiz_flaws=quiz_flaws)
