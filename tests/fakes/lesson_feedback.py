"""lesson_feedback in memory: the real use cases over lists in the place of tables."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid4

from typing_extensions import override

from modules.content_generation.interface import ContentGeneration
from modules.kernel.interface import Clock, LessonId, PersonId, Transaction
from modules.lesson_feedback.domain import notice_text
from modules.lesson_feedback.interface import (
    Attempt,
    Feedback,
    FeedbackKind,
    Notice,
    NoticeKind,
    Review,
    ReviewState,
)
from modules.lesson_feedback.pipeline.prewarming import Prewarming
from modules.lesson_feedback.pipeline.reviewing import Reviewing
from modules.lesson_feedback.repository import FeedbackRepository
from modules.lesson_feedback.service import LessonFeedbackService
from modules.rag.interface import Rag
from modules.request_tracking.interface import RequestTracking
from tests.fakes.kernel import FakeClock, FakeDatabase


class ListedFeedback(FeedbackRepository):
    """Keeps everything in lists and dictionaries; a transaction is not rolled back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._feedback: dict[tuple[PersonId, LessonId, FeedbackKind], Feedback] = {}
        self._reviews: dict[UUID, Review] = {}
        self._notices: list[tuple[UUID, Notice]] = []
        self._attempts: list[Attempt] = []

    @override
    async def keep(self, feedback: Feedback, *, tx: Transaction) -> bool:
        key = (feedback.person_id, feedback.lesson_id, feedback.kind)
        news = self._feedback.get(key) != feedback
        self._feedback[key] = feedback
        return news

    @override
    async def open_review(self, review: Review, *, tx: Transaction) -> None:
        for one in self._reviews.values():
            same = (one.lesson_id, one.kind, one.reported_by) == (review.lesson_id, review.kind, review.reported_by)
            if same and one.state is ReviewState.PENDING:
                said = replace(one, comment=review.comment, sentence=review.sentence, passages=review.passages)
                self._reviews[one.id] = said
                return
        self._reviews[review.id] = review

    @override
    async def pending_of(self, feedback: Feedback, *, tx: Transaction) -> UUID | None:
        wanted = (feedback.lesson_id, feedback.kind, feedback.person_id, ReviewState.PENDING)
        found = [
            one.id for one in self._reviews.values() if (one.lesson_id, one.kind, one.reported_by, one.state) == wanted
        ]
        return found[0] if found else None

    @override
    async def review(self, review_id: UUID, *, tx: Transaction) -> Review | None:
        return self._reviews.get(review_id)

    @override
    async def reviews(self, *, pending: bool, after: Review | None, limit: int, tx: Transaction) -> list[Review]:
        known = list(self._reviews.values())
        start = [one.id for one in known].index(after.id) + 1 if after else 0
        return [one for one in known[start:] if (one.state is ReviewState.PENDING) is pending][:limit]

    @override
    async def locked(self, lesson_id: LessonId, *, tx: Transaction) -> list[Review]:
        return [one for one in self._reviews.values() if one.lesson_id == lesson_id]

    @override
    async def decide(self, review: Review, *, tx: Transaction) -> None:
        self._reviews[review.id] = review

    @override
    async def tell(self, people: Iterable[PersonId], review_id: UUID, kind: NoticeKind, *, tx: Transaction) -> None:
        review = self._reviews[review_id]
        for person in people:
            notice = Notice(
                id=uuid4(),
                person_id=person,
                kind=kind,
                lesson_id=review.lesson_id,
                text=notice_text(kind, review.lesson_title, review.reason),
                at=self._clock.now(),
                read_at=None,
            )
            self._notices.append((review_id, notice))

    @override
    async def notices(self, person_id: PersonId, *, limit: int, tx: Transaction) -> list[Notice]:
        return [one for _, one in reversed(self._notices) if one.person_id == person_id][:limit]

    @override
    async def mark_read(self, notice_id: UUID, person_id: PersonId, *, tx: Transaction) -> Notice | None:
        for place, (review_id, one) in enumerate(self._notices):
            if (one.id, one.person_id) == (notice_id, person_id):
                read = replace(one, read_at=one.read_at or self._clock.now())
                self._notices[place] = (review_id, read)
                return read
        return None

    @override
    async def add_attempt(self, attempt: Attempt, *, tx: Transaction) -> None:
        self._attempts.append(attempt)

    @override
    async def attempts(self, lesson_id: LessonId, person_id: PersonId, *, tx: Transaction) -> list[Attempt]:
        return [one for one in self._attempts if (one.lesson_id, one.person_id) == (lesson_id, person_id)]

    @override
    async def erase(self, person_id: PersonId, *, tx: Transaction) -> None:
        self._feedback = {key: one for key, one in self._feedback.items() if one.person_id != person_id}
        self._notices = [(review, one) for review, one in self._notices if one.person_id != person_id]
        self._attempts = [one for one in self._attempts if one.person_id != person_id]
        for one in list(self._reviews.values()):
            if one.reported_by == person_id:
                self._reviews[one.id] = replace(one, reported_by=None, comment="")


class FakeLessonFeedback(LessonFeedbackService):
    """No database; `content`, `tracking` and `rag` may be fakes."""

    def __init__(self, *, content: ContentGeneration, tracking: RequestTracking, rag: Rag) -> None:
        database, clock = FakeDatabase(), FakeClock()
        repository = ListedFeedback(clock)
        super().__init__(
            database=database,
            clock=clock,
            repository=repository,
            content=content,
            tracking=tracking,
            rag=rag,
            reviewing=Reviewing(
                database=database, clock=clock, repository=repository, content=content, tracking=tracking
            ),
            prewarming=Prewarming(content=content, tracking=tracking, rag=rag),
        )
