"""Which level a request was ordered with, for the jobs that follow an answer."""

import sqlalchemy as sa
from alembic import op

revision = "content_generation_0004"
down_revision = "content_generation_0003"
branch_labels = None
depends_on = None

_SCHEMA = "content_generation"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "levels",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.CheckConstraint("level IN ('simpler', 'standard', 'deeper')", name=op.f("ck_levels_level")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_levels")),
        schema=_SCHEMA,
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("levels", schema=_SCHEMA)
