"""What students answered when they were asked back, and requests that a human should look at."""

import sqlalchemy as sa
from alembic import op

revision = "content_generation_0002"
down_revision = "content_generation_0001"
branch_labels = None
depends_on = None

_SCHEMA = "content_generation"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "answers",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("(topic_id = '') <> (text = '')", name=op.f("ck_answers_one_answer")),
        sa.PrimaryKeyConstraint("request_id", "round", name=op.f("pk_answers")),
        schema=_SCHEMA,
    )
    op.create_table(
        "flags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("kind IN ('crisis', 'unsafe')", name=op.f("ck_flags_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flags")),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_flags_request_id_kind")),
        schema=_SCHEMA,
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("flags", schema=_SCHEMA)
    op.drop_table("answers", schema=_SCHEMA)
