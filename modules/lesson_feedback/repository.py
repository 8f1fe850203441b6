"""Feedback, reviews, notices and quiz attempts, in PostgreSQL."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from modules.kernel.database import session_of
from modules.kernel.interface import GradeLevel, LessonId, PersonId, RequestId, TopicId, Transaction
from modules.lesson_feedback.domain import notice_text
from modules.lesson_feedback.interface import (
    Attempt,
    CitedPassage,
    Feedback,
    FeedbackKind,
    Notice,
    NoticeKind,
    Review,
    ReviewState,
)
from modules.lesson_feedback.models import AttemptRow, FeedbackRow, NoticeRow, ReviewRow

_PASSAGES: Final = TypeAdapter(tuple[CitedPassage, ...])
_ATTEMPT: Final = [getattr(AttemptRow, column.name) for column in fields(Attempt)]
_PENDING: Final = ReviewRow.state == ReviewState.PENDING


class FeedbackRepository:
    """All of the module's SQL."""

    async def keep(self, feedback: Feedback, *, tx: Transaction) -> bool:
        """Writes feedback; whether it says anything that the person had not said before."""
        said = {"comment": feedback.comment, "sentence": feedback.sentence}
        row = insert(FeedbackRow).values(**asdict(feedback))
        news = sa.or_(
            FeedbackRow.comment != row.excluded.comment, FeedbackRow.sentence.is_distinct_from(row.excluded.sentence)
        )
        row = row.on_conflict_do_update(
            index_elements=["person_id", "lesson_id", "kind"],
            set_=said | {"given_at": sa.func.clock_timestamp()},
            where=news,
        )
        return await session_of(tx).scalar(row.returning(FeedbackRow.person_id)) is not None

    async def open_review(self, review: Review, *, tx: Transaction) -> None:
        """Writes a pending review; one that the person has open already says the new words then."""
        said = {
            "comment": review.comment,
            "sentence": review.sentence,
            "passages": _PASSAGES.dump_python(review.passages, mode="json"),
        }
        names = ("id", "lesson_id", "lesson_title", "topic_id", "interest_id", "grade", "level", "kind", "reported_by")
        row = insert(ReviewRow).values(**{name: getattr(review, name) for name in names}, **said)
        row = row.on_conflict_do_update(
            index_elements=["lesson_id", "kind", "reported_by"], index_where=sa.text("state = 'pending'"), set_=said
        )
        await session_of(tx).execute(row)

    async def pending_of(self, feedback: Feedback, *, tx: Transaction) -> UUID | None:
        """The review that this feedback waits for."""
        query = sa.select(ReviewRow.id).where(
            _PENDING,
            ReviewRow.lesson_id == feedback.lesson_id,
            ReviewRow.kind == feedback.kind,
            ReviewRow.reported_by == feedback.person_id,
        )
        return await session_of(tx).scalar(query)

    async def review(self, review_id: UUID, *, tx: Transaction) -> Review | None:
        row = await session_of(tx).get(ReviewRow, review_id, populate_existing=True)
        return _review(row) if row else None

    async def reviews(self, *, pending: bool, after: Review | None, limit: int, tx: Transaction) -> list[Review]:
        """Reviews, oldest first."""
        query = sa.select(ReviewRow).where(_PENDING if pending else ~_PENDING)
        place = sa.tuple_(ReviewRow.reported_at, ReviewRow.id)
        if after:
            query = query.where(place > sa.tuple_(sa.literal(after.reported_at), sa.literal(after.id)))
        found = await session_of(tx).scalars(query.order_by(ReviewRow.reported_at, ReviewRow.id).limit(limit))
        return [_review(row) for row in found]

    async def locked(self, lesson_id: LessonId, *, tx: Transaction) -> list[Review]:
        """Every review of a lesson, which nobody else decides before `tx` ends."""
        query = sa.select(ReviewRow).where(ReviewRow.lesson_id == lesson_id).order_by(ReviewRow.id).with_for_update()
        found = await session_of(tx).scalars(query, execution_options={"populate_existing": True})
        return [_review(row) for row in found]

    async def decide(self, review: Review, *, tx: Transaction) -> None:
        """Writes what was decided."""
        names = ("state", "decided_by", "decided_at", "reason", "request_id")
        said = {name: getattr(review, name) for name in names}
        row = sa.update(ReviewRow).where(ReviewRow.id == review.id).values(**said)
        await session_of(tx).execute(row, execution_options={"synchronize_session": False})

    async def tell(self, people: Iterable[PersonId], review_id: UUID, kind: NoticeKind, *, tx: Transaction) -> None:
        """A notice for each person; nobody is told twice of one review."""
        rows = [{"person_id": person, "review_id": review_id, "kind": kind} for person in people]
        if rows:
            await session_of(tx).execute(insert(NoticeRow).values(rows).on_conflict_do_nothing())

    async def notices(self, person_id: PersonId, *, limit: int, tx: Transaction) -> list[Notice]:
        """Newest first."""
        query = sa.select(NoticeRow, ReviewRow).join(ReviewRow).where(NoticeRow.person_id == person_id)
        found = await session_of(tx).execute(query.order_by(NoticeRow.at.desc(), NoticeRow.id).limit(limit))
        return [_notice(row, review) for row, review in found]

    async def mark_read(self, notice_id: UUID, person_id: PersonId, *, tx: Transaction) -> Notice | None:
        """The notice, read now or before; None when the person has none with this id."""
        ours = (NoticeRow.id == notice_id, NoticeRow.person_id == person_id)
        moment = sa.func.coalesce(NoticeRow.read_at, sa.func.clock_timestamp())
        mark = sa.update(NoticeRow).where(*ours).values(read_at=moment)
        await session_of(tx).execute(mark, execution_options={"synchronize_session": False})
        query = sa.select(NoticeRow, ReviewRow).join(ReviewRow).where(*ours)
        found = (await session_of(tx).execute(query)).one_or_none()
        return _notice(*found) if found else None

    async def add_attempt(self, attempt: Attempt, *, tx: Transaction) -> None:
        await session_of(tx).execute(insert(AttemptRow).values(**asdict(attempt) | {"answers": list(attempt.answers)}))

    async def attempts(self, lesson_id: LessonId, person_id: PersonId, *, tx: Transaction) -> list[Attempt]:
        """Oldest first."""
        query = sa.select(*_ATTEMPT).where(AttemptRow.lesson_id == lesson_id, AttemptRow.person_id == person_id)
        found = await session_of(tx).execute(query.order_by(AttemptRow.at, AttemptRow.id))
        return [Attempt(**{**row, "answers": tuple(row["answers"])}) for row in found.mappings()]

    async def erase(self, person_id: PersonId, *, tx: Transaction) -> None:
        """Removes a person's rows; their reviews stay, without them."""
        session = session_of(tx)
        for table in (FeedbackRow, NoticeRow, AttemptRow):
            await session.execute(sa.delete(table).where(table.person_id == person_id))
        nobody = sa.update(ReviewRow).where(ReviewRow.reported_by == person_id).values(reported_by=None, comment="")
        await session.execute(nobody, execution_options={"synchronize_session": False})


def _review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        lesson_id=LessonId(row.lesson_id),
        lesson_title=row.lesson_title,
        topic_id=TopicId(row.topic_id),
        interest_id=row.interest_id,
        grade=GradeLevel(row.grade),
        level=row.level,
        kind=FeedbackKind(row.kind),
        comment=row.comment,
        sentence=row.sentence,
        passages=_PASSAGES.validate_python(row.passages),
        reported_by=PersonId(row.reported_by) if row.reported_by else None,
        reported_at=row.reported_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        request_id=RequestId(row.request_id) if row.request_id else None,
    )


def _notice(row: NoticeRow, review: ReviewRow) -> Notice:
    return Notice(
        id=row.id,
        person_id=PersonId(row.person_id),
        kind=row.kind,
        lesson_id=LessonId(review.lesson_id),
        text=notice_text(row.kind, review.lesson_title, review.reason),
        at=row.at,
        read_at=row.read_at,
    )
