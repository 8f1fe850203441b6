"""The shapes in which reviews, notices, quizzes and prewarmed lessons are shown, in the API and on the command line."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from modules.content_generation.interface import BuiltLesson
from modules.lesson_feedback.interface import Attempt, CitedPassage, Mark, Notice, Prewarmed, Review
from shell.views import Usd


class CitedOut(BaseModel):
    """A passage that the sentence cites."""

    number: int
    quote: str
    book: str
    section: str
    url: str


class ReviewOut(BaseModel):
    """A report of a lesson and what was decided; `sentence` is empty when it is about the whole lesson."""

    id: UUID
    lesson_id: UUID
    lesson_title: str
    topic_id: str
    kind: str
    comment: str
    sentence: str
    passages: list[CitedOut]
    reported_by: UUID | None
    reported_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    request_id: UUID | None


class NoticeOut(BaseModel):
    """Something to know of a lesson."""

    id: UUID
    kind: str
    lesson_id: UUID
    text: str
    at: datetime
    read_at: datetime | None


class AttemptOut(BaseModel):
    """One go at a quiz."""

    id: UUID
    answers: list[int | None]
    score: int
    out_of: int
    at: datetime


class MarkOut(BaseModel):
    """One item of a quiz, marked; `answer` is the place of the right option, from 0."""

    chosen: int | None
    correct: bool
    answer: int
    feedback: str


class MarkedOut(AttemptOut):
    """An attempt with its marks."""

    items: list[MarkOut]


class AskOut(BaseModel):
    """What to send to `content/generate` to be given this lesson."""

    student_query: str
    topic_id: str
    interest: str
    grade_level: int
    level: str
    requested_modalities: list[str]


class SimilarOut(BaseModel):
    """A lesson that is there already."""

    title: str
    topic_id: str
    interest: str
    interest_name: str
    grade_level: int
    level: str
    ask: AskOut


class PrewarmedOut(BaseModel):
    """One lesson of a prewarming."""

    outcome: str
    topic_id: str
    title: str
    interest: str
    grade_level: int
    cost_usd: Usd
    message: str


def review_out(review: Review) -> ReviewOut:
    """A review as it is shown."""
    return ReviewOut(
        id=review.id,
        lesson_id=review.lesson_id,
        lesson_title=review.lesson_title,
        topic_id=review.topic_id,
        kind=review.kind,
        comment=review.comment,
        sentence=review.sentence,
        passages=[_cited_out(one) for one in review.passages],
        reported_by=review.reported_by,
        reported_at=review.reported_at,
        state=review.state,
        decided_by=review.decided_by,
        decided_at=review.decided_at,
        reason=review.reason,
        request_id=review.request_id,
    )


def _cited_out(one: CitedPassage) -> CitedOut:
    return CitedOut(number=one.number, quote=one.quote, book=one.book_title, section=one.section, url=one.url)


def notice_out(notice: Notice) -> NoticeOut:
    """A notice as its reader sees it."""
    return NoticeOut(
        id=notice.id,
        kind=notice.kind,
        lesson_id=notice.lesson_id,
        text=notice.text,
        at=notice.at,
        read_at=notice.read_at,
    )


def attempt_out(attempt: Attempt) -> AttemptOut:
    """An attempt without its marks."""
    return AttemptOut(
        id=attempt.id,
        answers=list(attempt.answers),
        score=attempt.score,
        out_of=attempt.out_of,
        at=attempt.at,
    )


def marked_out(attempt: Attempt, marks: tuple[Mark, ...]) -> MarkedOut:
    """An attempt with its marks."""
    items = [MarkOut(chosen=one.chosen, correct=one.correct, answer=one.answer, feedback=one.feedback) for one in marks]
    return MarkedOut(**attempt_out(attempt).model_dump(), items=items)


def similar_out(lesson: BuiltLesson) -> SimilarOut:
    """A lesson that is there, and how to ask for it."""
    ask = AskOut(
        student_query=lesson.title,
        topic_id=lesson.topic_id,
        interest=lesson.interest_id,
        grade_level=lesson.grade,
        level=lesson.level,
        requested_modalities=["text"],
    )
    return SimilarOut(
        title=lesson.title,
        topic_id=lesson.topic_id,
        interest=lesson.interest_id,
        interest_name=lesson.interest_name,
        grade_level=lesson.grade,
        level=lesson.level,
        ask=ask,
    )


def prewarmed_out(one: Prewarmed) -> PrewarmedOut:
    """What became of one lesson."""
    return PrewarmedOut(
        outcome=one.outcome,
        topic_id=one.topic_id,
        title=one.title,
        interest=one.interest_id,
        grade_level=one.grade,
        cost_usd=one.cost_usd,
        message=one.message,
    )
