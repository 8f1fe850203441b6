"""Deciding a review: the decision, the lesson and the notices in one transaction, then the lesson built anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid5

from modules.content_generation.interface import ContentGeneration, LessonOrder
from modules.kernel.interface import Clock, Database, Modality, PersonId, RequestId, Transaction
from modules.lesson_feedback.domain import NOTICES, STATES, check_text
from modules.lesson_feedback.interface import (
    AlreadyDecidedError,
    BadFeedbackError,
    Review,
    ReviewState,
    UnknownReviewError,
    Verdict,
)
from modules.lesson_feedback.repository import FeedbackRepository
from modules.request_tracking.interface import RequestTracking

_REQUESTS: Final = UUID("6a1f5d52-0c8b-4f2c-9f0e-2c9f4b8f6e77")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer says."""

    verdict: Verdict
    by: str
    reason: str
    block_topic: bool

    def check(self) -> None:
        """Raises BadFeedbackError."""
        check_text("reason", self.reason, least=1)
        if self.block_topic and self.verdict is not Verdict.WITHDRAW:
            raise BadFeedbackError("block_topic", "A topic is blocked together with withdrawing its lesson only.")


class Reviewing:
    """Decides reviews."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        repository: FeedbackRepository,
        content: ContentGeneration,
        tracking: RequestTracking,
    ) -> None:
        self._database = database
        self._clock = clock
        self._repository = repository
        self._content = content
        self._tracking = tracking

    async def review(self, review_id: UUID) -> Review:
        async with self._database.transaction() as tx:
            return _known(await self._repository.review(review_id, tx=tx), review_id)

    async def decide(self, review_id: UUID, decision: Decision) -> Review:
        """Decides once; the same verdict again only makes sure that the new lesson is on its way."""
        decision.check()
        review = await self.review(review_id)
        if decision.verdict is Verdict.APPROVE and review.state is ReviewState.PENDING:
            await self._content.lesson(review.lesson_id)  # what is withdrawn cannot stand
        async with self._database.transaction() as tx:
            reviews = await self._repository.locked(review.lesson_id, tx=tx)
            review = _known(next((one for one in reviews if one.id == review_id), None), review_id)
            if review.state is ReviewState.PENDING:
                review = await self._settled(review, reviews, decision, tx)
            elif review.state is not STATES[decision.verdict]:
                raise AlreadyDecidedError(f"This report was decided before: {review.state}, because {review.reason}")
        if review.request_id:
            await self._build_anew(review, review.request_id)
        return review

    async def _settled(self, review: Review, reviews: Sequence[Review], decision: Decision, tx: Transaction) -> Review:
        anew = decision.verdict is Verdict.FIX and review.reported_by is not None
        decided = replace(
            review,
            state=STATES[decision.verdict],
            decided_by=decision.by,
            decided_at=self._clock.now(),
            reason=decision.reason,
            request_id=RequestId(uuid5(_REQUESTS, str(review.id))) if anew else None,
        )
        people = {review.reported_by}
        if decision.verdict is not Verdict.APPROVE:
            await self._content.withdraw(review.lesson_id, block_topic=decision.block_topic, tx=tx)
            people |= await self._tracking.lesson_owners(review.lesson_id, tx=tx)
            others = [one for one in reviews if one.state is ReviewState.PENDING and one.id != review.id]
            people |= {one.reported_by for one in others}
            for other in others:
                await self._repository.decide(_likewise(other, decided), tx=tx)
        await self._repository.decide(decided, tx=tx)
        told = sorted(person for person in people if person)
        await self._repository.tell(told, review.id, NOTICES[decision.verdict], tx=tx)
        return decided

    async def _build_anew(self, review: Review, request_id: RequestId) -> None:
        """Orders the lesson again, for whoever reported it; the same order twice is one request."""
        owner = review.reported_by
        if owner is None:
            return
        own = await self._tracking.request_for(review.lesson_id, owner)
        first = await self._tracking.get(own) if own else None
        modalities = first.modalities if first else (Modality.TEXT,)
        order = LessonOrder(
            owner_id=PersonId(owner),
            requested_by=PersonId(owner),
            query=first.query if first else review.lesson_title,
            grade=review.grade,
            level=review.level,
            interest=review.interest_id,
            modalities=modalities,
            preferred_modality=first.preferred_modality if first else Modality.TEXT,
            topic_id=review.topic_id,
            request_id=request_id,
            derived_from=own,
        )
        await self._content.submit(order)


def _likewise(other: Review, decided: Review) -> Review:
    return replace(
        other,
        state=decided.state,
        decided_by=decided.decided_by,
        decided_at=decided.decided_at,
        reason=decided.reason,
    )


def _known(found: Review | None, review_id: UUID) -> Review:
    if found is None:
        raise UnknownReviewError(f"no review has the id {review_id}")
    return found
