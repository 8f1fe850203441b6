"""Building lessons before anybody asks, within a budget."""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from itertools import product
from typing import Final

from modules.content_generation.interface import (
    ContentGeneration,
    LessonOrder,
    LessonWithdrawnError,
    Level,
    TopicBlockedError,
    UnknownInterestError,
)
from modules.kernel.interface import GradeLevel, Modality, PersonId, RequestId
from modules.lesson_feedback.domain import check_order
from modules.lesson_feedback.interface import Outcome, Prewarmed, PrewarmOrder
from modules.rag.interface import Rag, Topic
from modules.request_tracking.interface import LedgerKind, RequestState, RequestTracking

Run = Callable[[RequestId], Awaitable[None]]
_TEXT: Final = (Modality.TEXT,)
_LESSONS_A_TOPIC: Final = 20
_LONGEST_QUERY: Final = 500


class Prewarming:
    """Chooses topics, and builds what is not there."""

    def __init__(self, *, content: ContentGeneration, tracking: RequestTracking, rag: Rag) -> None:
        self._content = content
        self._tracking = tracking
        self._rag = rag

    async def prewarm(self, order: PrewarmOrder, *, by: PersonId, run: Run | None) -> list[Prewarmed]:
        check_order(order)
        known = {one.id for one in self._content.interests()}
        if unknown := [one for one in order.interests if one not in known]:
            raise UnknownInterestError(f"No interest is called {unknown[0]!r}.")
        made: list[Prewarmed] = []
        async for wish in self._wishes(order):
            spent = sum((one.cost_usd for one in made), Decimal(0))
            if wish.outcome is Outcome.WOULD_BUILD and spent + wish.cost_usd > order.budget_usd:
                made.append(_with(wish, Outcome.OVER_BUDGET, Decimal(0)))
                break
            made.append(await self._built(wish, by, run) if run and wish.outcome is Outcome.WOULD_BUILD else wish)
        return made

    async def _wishes(self, order: PrewarmOrder) -> AsyncIterator[Prewarmed]:
        cost = self._content.plan(_TEXT).cost_usd
        for topic in await self._topics(order.topics):
            built = [one for one in await self._content.lessons_of(topic.id) if one.current]
            there = {(one.interest_id, one.grade) for one in built if one.level is Level.STANDARD}
            for interest, grade in product(order.interests, order.grades):
                is_there = (interest, grade) in there
                yield Prewarmed(
                    topic_id=topic.id,
                    title=topic.title,
                    interest_id=interest,
                    grade=GradeLevel(grade),
                    outcome=Outcome.THERE if is_there else Outcome.WOULD_BUILD,
                    cost_usd=Decimal(0) if is_there else cost,
                )

    async def _topics(self, count: int) -> list[Topic]:
        """The topics asked for most, then the others as the library lists them."""
        listed = {topic.id: topic for topic in await self._rag.topics()}
        asked: dict[Topic, None] = {}
        for lesson_id in await self._tracking.most_delivered(limit=count * _LESSONS_A_TOPIC):
            try:
                topic_id = (await self._content.lesson(lesson_id)).topic_id
            except LessonWithdrawnError:
                continue
            if topic_id in listed:
                asked[listed[topic_id]] = None
        return list({**asked, **dict.fromkeys(listed.values())})[:count]

    async def _built(self, wish: Prewarmed, by: PersonId, run: Run) -> Prewarmed:
        order = LessonOrder(
            owner_id=by,
            requested_by=by,
            query=wish.title[:_LONGEST_QUERY],
            grade=wish.grade,
            interest=wish.interest_id,
            modalities=_TEXT,
            preferred_modality=Modality.TEXT,
            topic_id=wish.topic_id,
        )
        try:
            request_id = await self._content.submit(order)
        except TopicBlockedError as error:
            return _with(wish, Outcome.FAILED, Decimal(0), str(error))
        await run(request_id)
        request = await self._tracking.get(request_id)
        rows = await self._tracking.ledger(request_id)
        cost = sum((row.amount_usd for row in rows if row.kind is LedgerKind.CHARGE), Decimal(0))
        if request.state is not RequestState.COMPLETED:
            return _with(wish, Outcome.FAILED, cost, request.message or f"The request is {request.state}.")
        return _with(wish, Outcome.BUILT if cost else Outcome.THERE, cost)


def _with(wish: Prewarmed, outcome: Outcome, cost_usd: Decimal, message: str = "") -> Prewarmed:
    return Prewarmed(
        topic_id=wish.topic_id,
        title=wish.title,
        interest_id=wish.interest_id,
        grade=wish.grade,
        outcome=outcome,
        cost_usd=cost_usd,
        message=message,
    )
