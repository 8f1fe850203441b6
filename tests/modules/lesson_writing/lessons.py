"""Lessons of the starter library, written once for all tests that only read them."""

from functools import cache
from uuid import UUID

from modules.kernel.interface import GradeLevel, LessonId, TopicId
from modules.lesson_writing.factory import create_lesson_writer
from modules.lesson_writing.interface import Brief, Lesson, Sentence, SentenceKind
from modules.quizzes.factory import create_quizzes
from tests.modules.lesson_writing.library import starter

WRITER = create_lesson_writer(quizzes=create_quizzes())
PHOTOSYNTHESIS = TopicId("vividly-starter/02-photosynthesis")


def brief(topic_id: TopicId = PHOTOSYNTHESIS, interest_id: str = "int_basketball", grade: int = 10) -> Brief:
    """What a lesson on a starter topic is written from."""
    topic, passages = starter()[topic_id]
    others = [other for other, _ in starter().values() if other.subject == topic.subject and other.id != topic_id]
    return Brief(
        lesson_id=LessonId(UUID(int=1)),
        key="key",
        topic=topic,
        passages=passages,
        other_terms=tuple(term for other in others[:4] for term in other.terms),
        grade=GradeLevel(grade),
        language="en",
        corpus_version="starter-1",
        interest_id=interest_id,
    )


@cache
def lesson(topic_id: TopicId = PHOTOSYNTHESIS, interest_id: str = "int_basketball") -> Lesson:
    """The lesson on a starter topic."""
    return WRITER.write(brief(topic_id, interest_id))


def facts(of: Lesson) -> list[Sentence]:
    return [one for section in of.sections for one in section.sentences if one.kind is SentenceKind.FACT]
