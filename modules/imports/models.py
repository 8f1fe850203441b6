"""The table of imports."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.imports.interface import ImportState
from modules.kernel.database import metadata_for

UNFINISHED: Final = "state NOT IN ('done', 'failed', 'cancelled')"


class Base(DeclarativeBase):
    """This module's own declarative base."""

    metadata = metadata_for("imports")


class ImportRow(Base):
    """An import; its id is its job's. `source` is empty for new vectors of the whole library."""

    __tablename__ = "import"
    __table_args__ = (
        sa.Index("uq_import_unfinished_source", "source", unique=True, postgresql_where=sa.text(UNFINISHED)),
        sa.Index("ix_import_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[ImportState] = mapped_column(
        sa.Enum(
            ImportState,
            name="state",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    stage: Mapped[str] = mapped_column(sa.Text, server_default="")
    done: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    total: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    message: Mapped[str] = mapped_column(sa.Text, server_default="")
    error_code: Mapped[str] = mapped_column(sa.Text, server_default="")
    reports: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=sa.text("'[]'"))
    requested_by: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp())
    finished_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
