"""Model writing: which versions of a prompt write."""

import sqlalchemy as sa
from alembic import op

revision = "model_writing_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "activation",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("versions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("percents", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("before_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
        schema="model_writing",
    )
    op.create_index("ix_activation_name_id", "activation", ["name", "id"], schema="model_writing")


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("activation", schema="model_writing")
