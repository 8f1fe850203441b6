"""What a reader does after a lesson: feedback, another lesson made from it, its quiz; and lessons that are there."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from modules.kernel.interface import LessonId
from modules.lesson_feedback.interface import LONGEST_TEXT, Change, Feedback, FeedbackKind
from shell.feedback_views import AttemptOut, MarkedOut, SimilarOut, attempt_out, marked_out, similar_out
from shell.http.dependencies import UseFeedback, UsePrincipal, UseTracking, parse_id
from shell.http.v1.content import MAX_QUERY
from shell.http.v1.lessons import Visible
from shell.http.v1.requests import POLL_SECONDS
from shell.views import StatusOut, status_of

router = APIRouter(prefix="/api/v1/lessons", tags=["after the lesson"])
MAX_SENTENCES: Final = 10_000
MAX_ITEMS: Final = 100


class FeedbackIn(BaseModel):
    """What the reader says; `sentence` is a place in the lesson's sentences, counted from 0 through all sections."""

    model_config = ConfigDict(extra="forbid")

    kind: FeedbackKind
    comment: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    sentence: Annotated[StrictInt, Field(ge=0, le=MAX_SENTENCES)] | None = None


class FeedbackOut(BaseModel):
    """What it led to: a review, or a `change` that can be sent to the link `derive`."""

    review_id: UUID | None
    change: Change | None
    links: dict[str, str]


class DeriveIn(BaseModel):
    """How the new lesson should differ; `interest` goes with `another_interest`."""

    model_config = ConfigDict(extra="forbid")

    change: Change
    interest: Annotated[str, Field(max_length=64)] = ""


class QuizIn(BaseModel):
    """An answer for each item: the place of an option from 0, or null for none."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[list[StrictInt | None], Field(max_length=MAX_ITEMS)]


class AttemptsOut(BaseModel):
    """The caller's own attempts, oldest first."""

    attempts: list[AttemptOut]


class SimilarLessonsOut(BaseModel):
    """Lessons on the same topic; asking for one of them costs nothing and takes no time."""

    lessons: list[SimilarOut]


@router.get("/similar")
async def similar(
    query: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)], after: UseFeedback
) -> SimilarLessonsOut:
    """Lessons that are there already on the topic of a question, tied to whatever interest."""
    return SimilarLessonsOut(lessons=[similar_out(one) for one in await after.similar(query)])


@router.post("/{lesson_id}/feedback")
async def give_feedback(lesson: Visible, body: FeedbackIn, principal: UsePrincipal, after: UseFeedback) -> FeedbackOut:
    """Says what the reader thinks of the lesson; the same again changes nothing."""
    effect = await after.give(Feedback(person_id=principal.person_id, lesson_id=lesson.id, **body.model_dump()))
    links = {"derive": f"/api/v1/lessons/{lesson.id}/derive"} if effect.suggestion else {}
    return FeedbackOut(review_id=effect.review_id, change=effect.suggestion, links=links)


@router.post("/{lesson_id}/derive", status_code=202)
async def derive(
    lesson: Visible,
    body: DeriveIn,
    response: Response,
    principal: UsePrincipal,
    after: UseFeedback,
    tracking: UseTracking,
) -> StatusOut:
    """Asks for a simpler or deeper lesson on the same topic, or one tied to another interest."""
    request_id = await after.derive(lesson.id, body.change, by=principal.person_id, interest=body.interest)
    response.headers["Location"] = f"/api/v1/requests/{request_id}"
    response.headers["Retry-After"] = str(POLL_SECONDS)
    return status_of(await tracking.get(request_id), await tracking.ledger(request_id))


@router.post("/{lesson_id}/quiz")
async def answer_quiz(lesson: Visible, body: QuizIn, principal: UsePrincipal, after: UseFeedback) -> MarkedOut:
    """Marks the quiz and keeps the attempt for the caller."""
    return marked_out(*await after.answer(lesson.id, principal.person_id, body.answers))


@router.get("/{lesson_id}/quiz/attempts")
async def attempts(lesson_id: str, principal: UsePrincipal, after: UseFeedback) -> AttemptsOut:
    """The caller's own attempts; they stay when the lesson is withdrawn."""
    found = await after.attempts(LessonId(parse_id(lesson_id)), principal.person_id)
    return AttemptsOut(attempts=[attempt_out(one) for one in found])
