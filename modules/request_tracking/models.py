"""Tables of the schema `request_tracking`."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Double,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for
from modules.kernel.interface import Modality
from modules.request_tracking.interface import LedgerKind, RequestState, Stage, StageState


class Base(DeclarativeBase):
    """The tables of this module and no other."""

    metadata = metadata_for("request_tracking")


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class RequestRow(Base):
    """One request."""

    __tablename__ = "requests"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    owner_id: Mapped[UUID] = mapped_column(Uuid)
    requested_by: Mapped[UUID] = mapped_column(Uuid)
    query: Mapped[str] = mapped_column(Text)
    grade: Mapped[int] = mapped_column(SmallInteger)
    interest_id: Mapped[str] = mapped_column(Text)
    modalities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    preferred_modality: Mapped[Modality] = mapped_column(_enum(Modality, "preferred_modality"))
    state: Mapped[RequestState] = mapped_column(_enum(RequestState, "state"))
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    lesson_id: Mapped[UUID | None] = mapped_column(Uuid)
    available: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    message: Mapped[str] = mapped_column(Text, default="")
    error_code: Mapped[str] = mapped_column(Text, default="")
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    version: Mapped[int] = mapped_column(Integer, default=1)
    derived_from: Mapped[UUID | None] = mapped_column(ForeignKey("request_tracking.requests.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint("state <> 'completed' OR available @> modalities", name="completed_is_whole"),
        CheckConstraint("state <> 'completed' OR progress = 100", name="completed_is_100"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress_range"),
        CheckConstraint("cardinality(modalities) > 0", name="modalities_some"),
        Index("ix_requests_owner_id", "owner_id", "created_at"),
        Index("ix_requests_lesson_id", "lesson_id"),
    )


class StageRow(Base):
    """One planned stage of a request."""

    __tablename__ = "stages"

    request_id: Mapped[UUID] = mapped_column(ForeignKey(RequestRow.id), primary_key=True)
    stage: Mapped[Stage] = mapped_column(_enum(Stage, "stage"), primary_key=True)
    state: Mapped[StageState] = mapped_column(_enum(StageState, "state"))
    note: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    duration_seconds: Mapped[float] = mapped_column(Double, default=0.0)
    output: Mapped[str] = mapped_column(Text, default="")


class EventRow(Base):
    """Something that happened to a request; ids rise with the order of the commits of one request."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey(RequestRow.id))
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[RequestState] = mapped_column(_enum(RequestState, "state"))
    progress: Mapped[int] = mapped_column(SmallInteger)
    detail: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_events_request_id", "request_id", "id"),)


class LedgerRow(Base):
    """Money spent or saved for a request."""

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey(RequestRow.id))
    kind: Mapped[LedgerKind] = mapped_column(_enum(LedgerKind, "kind"))
    item: Mapped[str] = mapped_column(Text)
    amount_usd: Mapped[Decimal] = mapped_column(Numeric(12, 6))
    price_book_version: Mapped[str] = mapped_column(Text)
    engine: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())

    __table_args__ = (
        UniqueConstraint("request_id", "kind", "item", name="uq_ledger_request_id_kind_item"),
        CheckConstraint("amount_usd >= 0", name="amount_not_negative"),
    )
