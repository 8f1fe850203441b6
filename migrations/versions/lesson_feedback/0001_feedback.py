"""Feedback, reviews, notices and quiz attempts."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "lesson_feedback_0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "lesson_feedback"
_KINDS = "'helpful', 'confusing', 'inaccurate', 'inappropriate', 'too_hard', 'too_easy'"


def upgrade() -> None:
    """Applies the change."""
    _create_feedback()
    _create_reviews()
    _create_notices()
    _create_attempts()


def downgrade() -> None:
    """Takes it back."""
    for table in ("attempts", "notices", "reviews", "feedback"):
        op.drop_table(table, schema=_SCHEMA)


def _moment(name: str) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False)


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Integer(), nullable=True),
        _moment("given_at"),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_feedback_kind")),
        sa.PrimaryKeyConstraint("person_id", "lesson_id", "kind", name=op.f("pk_feedback")),
        schema=_SCHEMA,
    )
    op.create_index("ix_feedback_lesson_id", "feedback", ["lesson_id"], schema=_SCHEMA)


def _create_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_title", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("interest_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("passages", postgresql.JSONB(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        _moment("reported_at"),
        sa.Column("state", sa.String(32), server_default="pending", nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_reviews_kind")),
        sa.CheckConstraint("level IN ('simpler', 'standard', 'deeper')", name=op.f("ck_reviews_level")),
        sa.CheckConstraint("state IN ('pending', 'approved', 'fixed', 'withdrawn')", name=op.f("ck_reviews_state")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL) AND (state = 'pending') = (decided_by = '')"
            " AND (state = 'pending') = (reason = '')",
            name=op.f("ck_reviews_decided_whole"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        schema=_SCHEMA,
    )
    op.create_index(
        "uq_reviews_pending",
        "reviews",
        ["lesson_id", "kind", "reported_by"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
        schema=_SCHEMA,
    )
    op.create_index("ix_reviews_reported_at_id", "reviews", ["reported_at", "id"], schema=_SCHEMA)
    op.create_index(op.f("ix_reviews_reported_by"), "reviews", ["reported_by"], schema=_SCHEMA)


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        _moment("at"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('lesson_stands', 'lesson_fixed', 'lesson_withdrawn')", name=op.f("ck_notices_kind")
        ),
        sa.ForeignKeyConstraint(["review_id"], [f"{_SCHEMA}.reviews.id"], name=op.f("fk_notices_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "review_id", name="uq_notices_person_id_review_id"),
        schema=_SCHEMA,
    )
    op.create_index("ix_notices_person_id_at", "notices", ["person_id", "at"], schema=_SCHEMA)


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("out_of", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        schema=_SCHEMA,
    )
    op.create_index("ix_attempts_person_id_lesson_id", "attempts", ["person_id", "lesson_id"], schema=_SCHEMA)
