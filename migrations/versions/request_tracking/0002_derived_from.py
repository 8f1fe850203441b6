"""A request may be derived from another."""

import sqlalchemy as sa
from alembic import op

revision = "request_tracking_0002"
down_revision = "request_tracking_0001"
branch_labels = None
depends_on = None

_SCHEMA = "request_tracking"


def upgrade() -> None:
    """Applies the change."""
    op.add_column("requests", sa.Column("derived_from", sa.Uuid(), nullable=True), schema=_SCHEMA)
    op.create_foreign_key(
        op.f("fk_requests_derived_from"),
        "requests",
        "requests",
        ["derived_from"],
        ["id"],
        source_schema=_SCHEMA,
        referent_schema=_SCHEMA,
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_constraint(op.f("fk_requests_derived_from"), "requests", schema=_SCHEMA, type_="foreignkey")
    op.drop_column("requests", "derived_from", schema=_SCHEMA)
