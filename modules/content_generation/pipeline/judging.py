"""Judges a draft by the rubric, mends it once, and judges it again."""

from collections.abc import Sequence
from dataclasses import replace

from modules.content_generation.interface import Lesson
from modules.content_generation.pipeline.desk import Desk
from modules.rag.interface import Passage, Topic
from modules.rubric.interface import JudgedLesson, RubricReport


def judged(desk: Desk, draft: Lesson, topic: Topic, passages: Sequence[Passage], *, interest_id: str) -> JudgedLesson:
    """The lesson as it would be delivered, its receipt with every score.

    Raises:
        UnknownLanguageError: claims cannot be judged in the lesson's language.
    """
    first = _report(desk, draft, topic, passages)
    mended = desk.rubric.repaired(draft, passages)
    report = first if mended is draft else _report(desk, mended, topic, passages)
    return JudgedLesson(
        topic_id=topic.id,
        interest_id=interest_id,
        grade=draft.grade,
        lesson=replace(mended, receipt=replace(mended.receipt, checks=report.checks)),
        report=report,
        draft=first,
    )


def _report(desk: Desk, lesson: Lesson, topic: Topic, passages: Sequence[Passage]) -> RubricReport:
    show = desk.storyboards.show(desk.storyboards.scenes(lesson))
    return desk.rubric.judge(lesson, passages, topic=topic, show=show)
