"""The tables of lesson_feedback."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.content_generation.interface import Level
from modules.kernel.database import metadata_for
from modules.lesson_feedback.interface import FeedbackKind, NoticeKind, ReviewState


def _enum(kind: type[StrEnum], name: str) -> sa.Enum:
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """The registry of this module alone."""

    metadata = metadata_for("lesson_feedback")
    type_annotation_map = {str: sa.Text(), datetime: sa.DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's own form


class FeedbackRow(Base):
    """What a person says of a lesson, once a kind."""

    __tablename__ = "feedback"
    __table_args__ = (sa.Index("ix_feedback_lesson_id", "lesson_id"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[FeedbackKind] = mapped_column(_enum(FeedbackKind, "kind"), primary_key=True)
    comment: Mapped[str]
    sentence: Mapped[int | None]
    given_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())


class ReviewRow(Base):
    """A report and its decision; holds what the lesson said, for a withdrawn lesson is read nowhere."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.Index(
            "uq_reviews_pending",
            "lesson_id",
            "kind",
            "reported_by",
            unique=True,
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index("ix_reviews_reported_at_id", "reported_at", "id"),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL) AND (state = 'pending') = (decided_by = '')"
            " AND (state = 'pending') = (reason = '')",
            name="decided_whole",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID]
    lesson_title: Mapped[str]
    topic_id: Mapped[str]
    interest_id: Mapped[str]
    grade: Mapped[int] = mapped_column(sa.SmallInteger)
    level: Mapped[Level] = mapped_column(_enum(Level, "level"))
    kind: Mapped[FeedbackKind] = mapped_column(_enum(FeedbackKind, "kind"))
    comment: Mapped[str]
    sentence: Mapped[str]
    passages: Mapped[list[Any]] = mapped_column(JSONB)
    reported_by: Mapped[UUID | None] = mapped_column(index=True)
    reported_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    state: Mapped[ReviewState] = mapped_column(_enum(ReviewState, "state"), server_default="pending")
    decided_by: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    request_id: Mapped[UUID | None]


class NoticeRow(Base):
    """What a person is told of a decision."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "review_id", name="uq_notices_person_id_review_id"),
        sa.Index("ix_notices_person_id_at", "person_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=sa.func.gen_random_uuid())
    person_id: Mapped[UUID]
    review_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ReviewRow.id))
    kind: Mapped[NoticeKind] = mapped_column(_enum(NoticeKind, "kind"))
    at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp())
    read_at: Mapped[datetime | None]


class AttemptRow(Base):
    """One go at a quiz."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index("ix_attempts_person_id_lesson_id", "person_id", "lesson_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    lesson_id: Mapped[UUID]
    answers: Mapped[list[int | None]] = mapped_column(ARRAY(sa.SmallInteger))
    score: Mapped[int] = mapped_column(sa.SmallInteger)
    out_of: Mapped[int] = mapped_column(sa.SmallInteger)
    at: Mapped[datetime]
