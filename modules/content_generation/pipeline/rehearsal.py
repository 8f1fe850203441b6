"""Lessons that are written and judged as in a request, and kept nowhere."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from modules.content_generation.pipeline.desk import Desk
from modules.content_generation.pipeline.judging import judged
from modules.content_generation.pipeline.text_steps import Evidence, evidence_on, language_of
from modules.kernel.interface import GradeLevel, LessonId, TopicId
from modules.lesson_writing.interface import Brief
from modules.rubric.interface import JudgedLesson

_NOBODYS: Final = LessonId(UUID(int=0))
_KEY: Final = "rehearsal"


async def rehearse(
    desk: Desk, topic_id: TopicId, interest_ids: Sequence[str], grades: Sequence[GradeLevel]
) -> tuple[JudgedLesson, ...]:
    """A lesson for every grade and interest, all from the same passages."""
    evidence = await evidence_on(desk.rag, desk.safety, topic_id)
    language = await language_of(desk.rag, evidence.topic)
    briefs = [_brief(evidence, language, grade, interest_id) for grade in grades for interest_id in interest_ids]
    return await asyncio.to_thread(lambda: tuple(_judged(desk, brief) for brief in briefs))


def _judged(desk: Desk, brief: Brief) -> JudgedLesson:
    draft = desk.writer.write(brief)
    return judged(desk, draft, brief.topic, brief.passages, interest_id=brief.interest_id)


def _brief(evidence: Evidence, language: str, grade: GradeLevel, interest_id: str) -> Brief:
    return Brief(
        lesson_id=_NOBODYS,
        key=_KEY,
        topic=evidence.topic,
        passages=evidence.passages,
        other_terms=evidence.other_terms,
        grade=grade,
        language=language,
        corpus_version=_KEY,
        interest_id=interest_id,
    )
