"""Tables of the schema `worker`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Enum,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for
from modules.worker.domain import MAX_KIND_LENGTH, JobState
from modules.worker.interface import DeadLetterState


class Base(DeclarativeBase):
    """The tables of this module and no other."""

    metadata = metadata_for("worker")


def _values(states: type[StrEnum]) -> list[str]:
    return [state.value for state in states]


class JobRow(Base):
    """One job; kept after its end, so that the same id never runs twice."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(MAX_KIND_LENGTH))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[JobState] = mapped_column(
        Enum(
            JobState,
            name="state",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=_values,
        ),
    )
    run_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    max_attempts: Mapped[int] = mapped_column(Integer)
    token: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error_reason: Mapped[str] = mapped_column(Text, default="")
    error_message: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("octet_length(payload) <= 65536", name="payload_size"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease_while_running"),
        Index("ix_jobs_due", text("priority DESC"), "run_at", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_jobs_leased", "lease_until", postgresql_where=text("state = 'running'")),
    )


class DeadLetterRow(Base):
    """One death of a job; a replayed job that dies again gets a second row."""

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(MAX_KIND_LENGTH))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer)
    state: Mapped[DeadLetterState] = mapped_column(
        Enum(
            DeadLetterState,
            name="state",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=_values,
        ),
    )
    died_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())

    __table_args__ = (
        Index("ix_dead_letters_job_id", "job_id"),
        Index("uq_dead_letters_open_job_id", "job_id", unique=True, postgresql_where=text("state = 'open'")),
    )
