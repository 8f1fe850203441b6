"""Lessons, their files and the claims on building them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "content_generation_0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "content_generation"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "lessons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("interest_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("grade BETWEEN 6 AND 12", name=op.f("ck_lessons_grade")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("key", name=op.f("uq_lessons_key")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_lessons_topic_id"), "lessons", ["topic_id"], schema=_SCHEMA)
    op.create_table(
        "artefacts",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("duration_seconds", sa.Double(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("timings", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('audio', 'video', 'captions', 'transcript', 'poster')", name=op.f("ck_artefacts_kind")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], [f"{_SCHEMA}.lessons.id"], name=op.f("fk_artefacts_lesson_id")),
        sa.PrimaryKeyConstraint("lesson_id", "kind", name=op.f("pk_artefacts")),
        schema=_SCHEMA,
    )
    op.create_table(
        "builds",
        sa.Column("build_key", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("build_key", name=op.f("pk_builds")),
        schema=_SCHEMA,
    )
    op.create_index(op.f("ix_builds_job_id"), "builds", ["job_id"], schema=_SCHEMA)


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("builds", schema=_SCHEMA)
    op.drop_table("artefacts", schema=_SCHEMA)
    op.drop_table("lessons", schema=_SCHEMA)
