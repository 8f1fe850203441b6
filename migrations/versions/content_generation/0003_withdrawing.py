"""Lessons can be withdrawn, and topics blocked."""

import sqlalchemy as sa
from alembic import op

revision = "content_generation_0003"
down_revision = "content_generation_0002"
branch_labels = None
depends_on = None

_SCHEMA = "content_generation"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("lessons", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True), schema=_SCHEMA)
    op.create_table(
        "blocked_topics",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_blocked_topics")),
        schema=_SCHEMA,
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("blocked_topics", schema=_SCHEMA)
    op.drop_column("lessons", "withdrawn_at", schema=_SCHEMA)
