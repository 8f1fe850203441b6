"""Asking for a lesson."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from modules.content_generation.interface import BadOrderError, LessonOrder, Level
from modules.kernel.interface import MAX_GRADE, MIN_GRADE, GradeLevel, Modality, PersonId, TopicId
from modules.user_auth.interface import (
    Action,
    NotAllowedError,
    NotYoursError,
    Person,
    Principal,
    UnknownPersonError,
    UserAuth,
)
from shell.http.dependencies import UseContent, UsePrincipal, UseTracking, UseUserAuth
from shell.http.v1.requests import POLL_SECONDS
from shell.views import StatusOut, status_of

router = APIRouter(prefix="/api/v1/content", tags=["content"])
MAX_QUERY: Final = 500


class GenerateIn(BaseModel):
    """What a student asks for. Without `grade_level` the student's own grade counts.

    With `topic_id` the lesson is on that topic, whatever the question says.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "student_query": "Explain photosynthesis with basketball",
                    "grade_level": 10,
                    "requested_modalities": ["text"],
                    "preferred_modality": "text",
                }
            ]
        },
    )
    student_query: Annotated[str, Field(min_length=1, max_length=MAX_QUERY)]
    student_id: UUID | None = None
    grade_level: Annotated[StrictInt, Field(ge=MIN_GRADE, le=MAX_GRADE)] | None = None
    interest: Annotated[str, Field(max_length=64)] | None = None
    topic_id: Annotated[str, Field(max_length=500)] | None = None
    requested_modalities: Annotated[list[Modality], Field(min_length=1, max_length=len(Modality))]
    preferred_modality: Modality | None = None
    level: Level = Level.STANDARD


@router.post("/generate", status_code=202)
async def generate(
    body: GenerateIn,
    response: Response,
    principal: UsePrincipal,
    auth: UseUserAuth,
    content: UseContent,
    tracking: UseTracking,
) -> StatusOut:
    """Accepts a question; follow the request at `Location`."""
    asked_for = PersonId(body.student_id) if body.student_id is not None else principal.person_id
    owner = await _owner(auth, principal, asked_for)
    order = LessonOrder(
        owner_id=owner.id,
        requested_by=principal.person_id,
        query=body.student_query,
        grade=_grade(owner, body.grade_level),
        interest=body.interest or "",
        modalities=tuple(body.requested_modalities),
        preferred_modality=body.preferred_modality or body.requested_modalities[0],
        topic_id=TopicId(body.topic_id) if body.topic_id else None,
        level=body.level,
    )
    request_id = await content.submit(order)
    response.headers["Location"] = f"/api/v1/requests/{request_id}"
    response.headers["Retry-After"] = str(POLL_SECONDS)
    return status_of(await tracking.get(request_id), await tracking.ledger(request_id))


async def _owner(auth: UserAuth, principal: Principal, owner: PersonId) -> Person:
    """Whose lesson it will be; the caller, or somebody whom the caller may ask for."""
    refusal = NotAllowedError("student_id must be your own, or that of a student in a class you teach")
    try:
        await auth.authorise(principal, Action.GENERATE_CONTENT, owners=[owner])
        person = await auth.person(owner)
    except (NotYoursError, UnknownPersonError) as error:
        raise refusal from error
    if not person.active:
        raise refusal
    return person


def _grade(owner: Person, asked: int | None) -> GradeLevel:
    if asked is not None:
        return GradeLevel(asked)
    if owner.grade is None:
        raise BadOrderError("grade", f"say the grade level, {MIN_GRADE} to {MAX_GRADE}")
    return owner.grade
