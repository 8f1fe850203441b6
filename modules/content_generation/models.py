"""The tables of content_generation. A lesson is shared by everybody who asks for its key; it holds no student."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.content_generation.interface import ArtefactKind
from modules.kernel.database import metadata_for

_KIND = sa.Enum(
    ArtefactKind,
    name="kind",
    native_enum=False,
    create_constraint=True,
    length=32,
    values_callable=lambda kinds: [kind.value for kind in kinds],
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
    kind: Mapped[ArtefactKind] = mapped_column(_KIND, primary_key=True)
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
