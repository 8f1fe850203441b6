"""Jobs and dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "worker_0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "worker"


def upgrade() -> None:
    """Applies the change."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_reason", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled', 'dead')", name=op.f("ck_jobs_state")),
        sa.CheckConstraint("octet_length(payload) <= 65536", name=op.f("ck_jobs_payload_size")),
        sa.CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name=op.f("ck_jobs_lease_while_running")),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_jobs_due",
        "jobs",
        [sa.text("priority DESC"), "run_at", "id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_jobs_leased",
        "jobs",
        ["lease_until"],
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("died_at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letters"),
        sa.CheckConstraint("state IN ('open', 'replayed')", name=op.f("ck_dead_letters_state")),
        schema=_SCHEMA,
    )
    op.create_index("ix_dead_letters_job_id", "dead_letters", ["job_id"], schema=_SCHEMA)
    op.create_index(
        "uq_dead_letters_open_job_id",
        "dead_letters",
        ["job_id"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    """Takes it back."""
    op.drop_table("dead_letters", schema=_SCHEMA)
    op.drop_table("jobs", schema=_SCHEMA)
