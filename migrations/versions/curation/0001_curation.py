"""Curation: what is said of topics, and a log that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "curation_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "topic_note",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("merged_into", sa.Text(), server_default="", nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topic_note")),
        schema="curation",
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "title",
                "merged_into",
                "hidden",
                "pinned",
                name="field",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        schema="curation",
    )
    op.create_index("ix_change_topic_id_id", "change", ["topic_id", "id"], schema="curation")
    op.execute(
        "CREATE FUNCTION curation.refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'the log of curation only grows'; END$$"
    )
    op.execute(
        "CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON curation.change"
        " FOR EACH STATEMENT EXECUTE FUNCTION curation.refuse()"
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("change", schema="curation")
    op.execute("DROP FUNCTION curation.refuse()")
    op.drop_table("topic_note", schema="curation")
