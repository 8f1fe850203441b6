"""The use cases of lesson_feedback."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

from typing_extensions import override

from modules.content_generation.interface import BuiltLesson, ContentGeneration, Lesson, LessonOrder
from modules.kernel.interface import Clock, Database, LessonId, Modality, PersonId, RequestId, Transaction
from modules.lesson_feedback import domain
from modules.lesson_feedback.interface import (
    Attempt,
    Change,
    Feedback,
    FeedbackEffect,
    LessonFeedback,
    Mark,
    Notice,
    Prewarmed,
    PrewarmOrder,
    Review,
    UnknownNoticeError,
    Verdict,
)
from modules.lesson_feedback.pipeline.prewarming import Prewarming
from modules.lesson_feedback.pipeline.reviewing import Decision, Reviewing
from modules.lesson_feedback.repository import FeedbackRepository
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking


class LessonFeedbackService(LessonFeedback):
    """On PostgreSQL."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        repository: FeedbackRepository,
        content: ContentGeneration,
        tracking: RequestTracking,
        rag: Rag,
        reviewing: Reviewing,
        prewarming: Prewarming,
    ) -> None:
        self._database = database
        self._clock = clock
        self._repository = repository
        self._content = content
        self._tracking = tracking
        self._rag = rag
        self._reviewing = reviewing
        self._prewarming = prewarming

    @override
    async def give(self, feedback: Feedback) -> FeedbackEffect:
        lesson = await self._content.lesson(feedback.lesson_id)
        domain.check_feedback(feedback, lesson)
        async with self._database.transaction() as tx:
            news = await self._repository.keep(feedback, tx=tx)
            if feedback.kind not in domain.REVIEWED:
                return FeedbackEffect(suggestion=domain.SUGGESTIONS.get(feedback.kind))
            if news:
                await self._repository.open_review(self._report(feedback, lesson), tx=tx)
            return FeedbackEffect(review_id=await self._repository.pending_of(feedback, tx=tx))

    def _report(self, feedback: Feedback, lesson: Lesson) -> Review:
        sentence, passages = domain.cited(lesson, feedback.sentence)
        return Review(
            id=uuid4(),
            lesson_id=lesson.id,
            lesson_title=lesson.title,
            topic_id=lesson.topic_id,
            interest_id=lesson.interest_id,
            grade=lesson.grade,
            level=lesson.level,
            kind=feedback.kind,
            comment=feedback.comment,
            sentence=sentence,
            passages=passages,
            reported_by=feedback.person_id,
            reported_at=self._clock.now(),
        )

    @override
    async def derive(self, lesson_id: LessonId, change: Change, *, by: PersonId, interest: str = "") -> RequestId:
        lesson = await self._content.lesson(lesson_id)
        level, interest_id = domain.changed(lesson, change, interest)
        own = await self._tracking.request_for(lesson_id, by)
        first = await self._tracking.get(own) if own else None
        order = LessonOrder(
            owner_id=by,
            requested_by=by,
            query=first.query if first else lesson.title,
            grade=lesson.grade,
            level=level,
            interest=interest_id,
            modalities=first.modalities if first else (Modality.TEXT,),
            preferred_modality=first.preferred_modality if first else Modality.TEXT,
            topic_id=lesson.topic_id,
            derived_from=own,
        )
        return await self._content.submit(order)

    @override
    async def reviews(self, *, pending: bool = True, after: UUID | None = None, limit: int = 50) -> list[Review]:
        last = await self.review(after) if after else None
        async with self._database.transaction() as tx:
            return await self._repository.reviews(pending=pending, after=last, limit=limit, tx=tx)

    @override
    async def review(self, review_id: UUID) -> Review:
        return await self._reviewing.review(review_id)

    @override
    async def decide(
        self, review_id: UUID, verdict: Verdict, *, by: str, reason: str, block_topic: bool = False
    ) -> Review:
        decision = Decision(verdict=verdict, by=by, reason=reason, block_topic=block_topic)
        return await self._reviewing.decide(review_id, decision)

    @override
    async def notices(self, person_id: PersonId, *, limit: int = 100) -> list[Notice]:
        async with self._database.transaction() as tx:
            return await self._repository.notices(person_id, limit=limit, tx=tx)

    @override
    async def mark_read(self, notice_id: UUID, person_id: PersonId) -> Notice:
        async with self._database.transaction() as tx:
            found = await self._repository.mark_read(notice_id, person_id, tx=tx)
        if found is None:
            raise UnknownNoticeError(f"this person has no notice {notice_id}")
        return found

    @override
    async def answer(
        self, lesson_id: LessonId, person_id: PersonId, answers: Sequence[int | None]
    ) -> tuple[Attempt, tuple[Mark, ...]]:
        marks = domain.marks(await self._content.lesson(lesson_id), answers)
        attempt = Attempt(
            id=uuid4(),
            person_id=person_id,
            lesson_id=lesson_id,
            answers=tuple(answers),
            score=sum(mark.correct for mark in marks),
            out_of=len(marks),
            at=self._clock.now(),
        )
        async with self._database.transaction() as tx:
            await self._repository.add_attempt(attempt, tx=tx)
        return attempt, marks

    @override
    async def attempts(self, lesson_id: LessonId, person_id: PersonId) -> list[Attempt]:
        async with self._database.transaction() as tx:
            return await self._repository.attempts(lesson_id, person_id, tx=tx)

    @override
    async def similar(self, query: str) -> tuple[BuiltLesson, ...]:
        match = await self._rag.match(query)
        if not match.covered or not match.candidates:
            return ()
        found = await self._content.lessons_of(match.candidates[0].topic.id)
        return tuple(one for one in found if one.current)

    @override
    async def prewarm(
        self, order: PrewarmOrder, *, by: PersonId, run: Callable[[RequestId], Awaitable[None]] | None
    ) -> list[Prewarmed]:
        return await self._prewarming.prewarm(order, by=by, run=run)

    @override
    async def erase(self, person_id: PersonId, *, tx: Transaction | None = None) -> None:
        if tx is None:
            async with self._database.transaction() as own:
                return await self.erase(person_id, tx=own)
        return await self._repository.erase(person_id, tx=tx)
