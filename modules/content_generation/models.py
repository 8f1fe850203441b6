"""The tables of content_generation."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.content_generation.interface import ArtefactKind
from modules.kernel.database import metadata_for


class Base(DeclarativeBase):
    """The registry of this module alone."""

    metadata = metadata_for("content_generation")


class LessonRow(Base):
    """A finished lesson, shared by everybody who asks for its key; holds no student."""

    __tablename__ = "lessons"
    __table_args__ = (sa.CheckConstraint("grade BETWEEN 6 AND 12", name="grade"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text, unique=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    topic_id: Mapped[str] = mapped_column(sa.Text, index=True)
    interest_id: Mapped[str] = mapped_column(sa.Text)
    grade: Mapped[int] = mapped_column(sa.SmallInteger)
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())


class ArtefactRow(Base):
    """A stored file of a lesson. `timings`: when each beat of an audio is spoken, for captions and slides."""

    __tablename__ = "artefacts"

    lesson_id: Mapped[UUID] = mapped_column(sa.ForeignKey("content_generation.lessons.id"), primary_key=True)
    kind: Mapped[ArtefactKind] = mapped_column(
        sa.Enum(
            ArtefactKind,
            name="kind",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        ),
        primary_key=True,
    )
    blob_key: Mapped[str] = mapped_column(sa.Text)
    content_type: Mapped[str] = mapped_column(sa.Text)
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    duration_seconds: Mapped[float] = mapped_column(sa.Double)
    engine: Mapped[str] = mapped_column(sa.Text)
    timings: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))


class BuildRow(Base):
    """Who is making a thing now, so that nobody else does; `expires_at` by the database clock."""

    __tablename__ = "builds"

    build_key: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    job_id: Mapped[UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
