"""Requests, their stages, events and ledger."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "request_tracking_0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "request_tracking"
_REQUEST_STATES = (
    "'queued', 'running', 'completed', 'partial', 'needs_clarification', 'out_of_scope', "
    "'insufficient_sources', 'declined', 'failed', 'cancelled'"
)


def upgrade() -> None:
    """Applies the change."""
    _create_requests()
    _create_stages()
    _create_events()
    _create_ledger()


def downgrade() -> None:
    """Takes it back."""
    for table in ("ledger", "events", "stages", "requests"):
        op.drop_table(table, schema=_SCHEMA)


def _moment(name: str) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False)


def _request_id(table: str, *, primary_key: bool = False) -> "sa.Column[UUID]":
    requests = sa.ForeignKey(f"{_SCHEMA}.requests.id", name=op.f(f"fk_{table}_request_id"))
    return sa.Column("request_id", sa.Uuid(), requests, nullable=False, primary_key=primary_key)


def _create_requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("interest_id", sa.Text(), nullable=False),
        sa.Column("modalities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("preferred_modality", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=True),
        sa.Column("available", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.CheckConstraint(
            "preferred_modality IN ('text', 'audio', 'video')", name=op.f("ck_requests_preferred_modality")
        ),
        sa.CheckConstraint(f"state IN ({_REQUEST_STATES})", name=op.f("ck_requests_state")),
        sa.CheckConstraint(
            "state <> 'completed' OR available @> modalities", name=op.f("ck_requests_completed_is_whole")
        ),
        sa.CheckConstraint("state <> 'completed' OR progress = 100", name=op.f("ck_requests_completed_is_100")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_requests_progress_range")),
        sa.CheckConstraint("cardinality(modalities) > 0", name=op.f("ck_requests_modalities_some")),
        schema=_SCHEMA,
    )
    op.create_index("ix_requests_owner_id", "requests", ["owner_id", "created_at"], schema=_SCHEMA)
    op.create_index("ix_requests_lesson_id", "requests", ["lesson_id"], schema=_SCHEMA)


def _create_stages() -> None:
    op.create_table(
        "stages",
        _request_id("stages", primary_key=True),
        sa.Column("stage", sa.String(32), nullable=False, primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_seconds", sa.Double(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('understand', 'retrieve', 'write', 'check', 'narrate', 'render')",
            name=op.f("ck_stages_stage"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'done', 'shared', 'skipped', 'failed')", name=op.f("ck_stages_state")
        ),
        schema=_SCHEMA,
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _request_id("events"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.CheckConstraint(f"state IN ({_REQUEST_STATES})", name=op.f("ck_events_state")),
        schema=_SCHEMA,
    )
    op.create_index("ix_events_request_id", "events", ["request_id", "id"], schema=_SCHEMA)


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _request_id("ledger"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("amount_usd", sa.Numeric(12, 6), nullable=False),
        sa.Column("price_book_version", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("request_id", "kind", "item", name="uq_ledger_request_id_kind_item"),
        sa.CheckConstraint("kind IN ('charge', 'saving')", name=op.f("ck_ledger_kind")),
        sa.CheckConstraint("amount_usd >= 0", name=op.f("ck_ledger_amount_not_negative")),
        schema=_SCHEMA,
    )
