"""The tables of content_generation. A lesson is shared by everybody who asks for its key; it holds no student."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.content_generation.interface import ArtefactKind, FlagKind, Level
from modules.kernel.database import metadata_for


def _enum(kind: type[StrEnum], name: str = "kind") -> sa.Enum:
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda kinds: [one.value for one in kinds],
    )


class Base(DeclarativeBase):
    """The registry of this module alone."""

    metadata = metadata_for("content_generation")
    type_annotation_map = {str: sa.Text(), datetime: sa.DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy's own form


class LessonRow(Base):
    """A finished lesson."""

    __tablename__ = "lessons"
    __table_args__ = (sa.CheckConstraint("grade BETWEEN 6 AND 12", name="grade"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    topic_id: Mapped[str] = mapped_column(index=True)
    interest_id: Mapped[str]
    grade: Mapped[int] = mapped_column(sa.SmallInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
    withdrawn_at: Mapped[datetime | None]


class ArtefactRow(Base):
    """A stored file of a lesson. `timings`: when each beat of an audio is spoken, for captions and slides."""

    __tablename__ = "artefacts"

    lesson_id: Mapped[UUID] = mapped_column(sa.ForeignKey(LessonRow.id), primary_key=True)
    kind: Mapped[ArtefactKind] = mapped_column(_enum(ArtefactKind), primary_key=True)
    blob_key: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    duration_seconds: Mapped[float] = mapped_column(sa.Double)
    engine: Mapped[str]
    timings: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))


class BlockedTopicRow(Base):
    """A topic on which no lesson is made."""

    __tablename__ = "blocked_topics"

    topic_id: Mapped[str] = mapped_column(primary_key=True)
    blocked_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class BuildRow(Base):
    """Who is making a thing now, so that nobody else does; `expires_at` by the database clock."""

    __tablename__ = "builds"

    build_key: Mapped[str] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime]


class AnswerRow(Base):
    """What a student said when the request asked back; `round` from 1. Exactly one of topic and text is set."""

    __tablename__ = "answers"
    __table_args__ = (sa.CheckConstraint("(topic_id = '') <> (text = '')", name="one_answer"),)

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    topic_id: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())


class LevelRow(Base):
    """What level a request was ordered with; none stands for the standard one."""

    __tablename__ = "levels"

    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(_enum(Level, "level"))


class FlagRow(Base):
    """A request that a human should look at; it holds nothing of what was written."""

    __tablename__ = "flags"
    __table_args__ = (sa.UniqueConstraint("request_id", "kind", name="uq_flags_request_id_kind"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    request_id: Mapped[UUID]
    kind: Mapped[FlagKind] = mapped_column(_enum(FlagKind))
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.now())
