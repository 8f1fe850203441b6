"""Reports of lessons and what reviewers decide, and the notices that tell of it."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from modules.kernel.interface import PersonId, TopicId
from modules.lesson_feedback.interface import LONGEST_TEXT, LessonFeedback, Review, UnknownReviewError, Verdict
from modules.user_auth.interface import Action, NotYoursError, Principal, UserAuth
from shell.feedback_views import NoticeOut, ReviewOut, notice_out, review_out
from shell.http.dependencies import UseContent, UseFeedback, UsePrincipal, UseUserAuth, parse_id
from shell.http.errors import UnknownCursorError

router = APIRouter(tags=["reviews"])
NOBODY: Final = PersonId(UUID(int=0))
PAGE: Final = 50


class Shown(StrEnum):
    """Which reviews are listed."""

    PENDING = "pending"
    DECIDED = "decided"


class DecisionIn(BaseModel):
    """Why it is decided so."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class WithdrawIn(DecisionIn):
    """With `block_topic` no lesson is made on the topic any more; that is for admins."""

    block_topic: bool = False


class ReviewsOut(BaseModel):
    """Reviews, those reported first coming first; `cursor` leads on, null at the end."""

    reviews: list[ReviewOut]
    cursor: UUID | None


class NoticesOut(BaseModel):
    """Notices, newest first, and how many of them are not read yet."""

    notices: list[NoticeOut]
    unread: int


async def visible(review_id: str, principal: UsePrincipal, auth: UseUserAuth, after: UseFeedback) -> Review:
    """The review, for those who look after the person who reported."""
    review = await after.review(parse_id(review_id))
    await auth.authorise(principal, Action.REVIEW_LESSONS, owners=[review.reported_by or NOBODY])
    return review


Visible = Annotated[Review, Depends(visible)]


@router.get("/api/v1/reviews")
async def reviews(
    principal: UsePrincipal,
    auth: UseUserAuth,
    after: UseFeedback,
    state: Shown = Shown.PENDING,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    cursor: UUID | None = None,
) -> ReviewsOut:
    """What the people in the caller's care have reported, with the sentence and the passages that it cites."""
    found: list[Review] = []
    while len(found) <= limit:
        page = await _page(after, pending=state is Shown.PENDING, cursor=cursor)
        found += [one for one in page if await _theirs(auth, principal, one)]
        if len(page) < PAGE:
            break
        cursor = page[-1].id
    shown = found[:limit]
    return ReviewsOut(reviews=[review_out(one) for one in shown], cursor=shown[-1].id if len(found) > limit else None)


async def _page(after: LessonFeedback, *, pending: bool, cursor: UUID | None) -> list[Review]:
    try:
        return await after.reviews(pending=pending, after=cursor, limit=PAGE)
    except UnknownReviewError as error:
        raise UnknownCursorError("the cursor names no review; begin without one") from error


async def _theirs(auth: UserAuth, principal: Principal, review: Review) -> bool:
    try:
        await auth.authorise(principal, Action.REVIEW_LESSONS, owners=[review.reported_by or NOBODY])
    except NotYoursError:
        return False
    return True


@router.post("/api/v1/reviews/{review_id}/approve")
async def approve(review: Visible, body: DecisionIn, principal: UsePrincipal, after: UseFeedback) -> ReviewOut:
    """Lets the lesson stand, and tells whoever reported it why."""
    by = str(principal.person_id)
    return review_out(await after.decide(review.id, Verdict.APPROVE, by=by, reason=body.reason))


@router.post("/api/v1/reviews/{review_id}/fix")
async def fix(review: Visible, body: DecisionIn, principal: UsePrincipal, after: UseFeedback) -> ReviewOut:
    """Withdraws the lesson and orders it anew; everybody who had it is told."""
    by = str(principal.person_id)
    return review_out(await after.decide(review.id, Verdict.FIX, by=by, reason=body.reason))


@router.post("/api/v1/reviews/{review_id}/withdraw")
async def withdraw(
    review: Visible, body: WithdrawIn, principal: UsePrincipal, auth: UseUserAuth, after: UseFeedback
) -> ReviewOut:
    """Withdraws the lesson for good; everybody who had it is told."""
    if body.block_topic:
        await auth.authorise(principal, Action.MANAGE_LIBRARY)
    by = str(principal.person_id)
    decided = await after.decide(review.id, Verdict.WITHDRAW, by=by, reason=body.reason, block_topic=body.block_topic)
    return review_out(decided)


@router.delete("/api/v1/reviews/blocks/{topic_id:path}", status_code=204)
async def allow(topic_id: str, content: UseContent) -> Response:
    """Lets lessons be made on a topic again."""
    await content.allow(TopicId(topic_id))
    return Response(status_code=204)


@router.get("/api/v1/me/notices")
async def notices(principal: UsePrincipal, after: UseFeedback) -> NoticesOut:
    """What the caller was told of lessons that they had or reported."""
    found = await after.notices(principal.person_id)
    return NoticesOut(notices=[notice_out(one) for one in found], unread=sum(one.read_at is None for one in found))


@router.post("/api/v1/me/notices/{notice_id}/read")
async def read(notice_id: str, principal: UsePrincipal, after: UseFeedback) -> NoticeOut:
    """Marks one of the caller's notices as read."""
    return notice_out(await after.mark_read(parse_id(notice_id), principal.person_id))
