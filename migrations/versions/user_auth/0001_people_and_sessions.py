"""People, schools, classes and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "user_auth_0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = "user_auth"
_TABLES = (
    "districts",
    "schools",
    "people",
    "classes",
    "class_teachers",
    "enrolments",
    "sessions",
    "refresh_tokens",
    "sign_in_failures",
)


def upgrade() -> None:
    """Applies the change."""
    _create_organisations()
    _create_people()
    _create_membership("class_teachers", "teacher_id")
    _create_membership("enrolments", "student_id")
    _create_sessions()
    _create_sign_in_failures()


def downgrade() -> None:
    """Takes it back."""
    for table in reversed(_TABLES):
        op.drop_table(table, schema=_SCHEMA)


def _create_organisations() -> None:
    op.create_table(
        "districts",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        schema=_SCHEMA,
    )
    for table, parent in (("schools", "districts"), ("classes", "schools")):  # each belongs to the one before
        owner = f"{parent[:-1]}_id"
        op.create_table(
            table,
            _id(),
            sa.Column(owner, sa.Uuid(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            _time("created_at"),
            sa.PrimaryKeyConstraint("id"),
            sa.ForeignKeyConstraint([owner], [f"{_SCHEMA}.{parent}.id"]),
            sa.UniqueConstraint(owner, "name"),
            schema=_SCHEMA,
        )


def _create_people() -> None:
    op.create_table(
        "people",
        _id(),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=True),
        sa.Column("school_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("token_version", sa.Integer(), nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["school_id"], [f"{_SCHEMA}.schools.id"]),
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("role IN ('student', 'teacher', 'admin')", name="role"),
        sa.CheckConstraint("grade BETWEEN 6 AND 12", name="grade_range"),
        sa.CheckConstraint("grade IS NULL OR role = 'student'", name="grade_of_student"),
        schema=_SCHEMA,
    )
    _index("people", "school_id")


def _create_membership(table: str, person: str) -> None:
    op.create_table(
        table,
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column(person, sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("class_id", person),
        sa.ForeignKeyConstraint(["class_id"], [f"{_SCHEMA}.classes.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint([person], [f"{_SCHEMA}.people.id"], ondelete="CASCADE"),
        schema=_SCHEMA,
    )
    _index(table, person)


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        _id(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        _time("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["person_id"], [f"{_SCHEMA}.people.id"], ondelete="CASCADE"),
        schema=_SCHEMA,
    )
    _index("sessions", "person_id")
    op.create_table(
        "refresh_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        _time("issued_at"),
        _time("used_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
        sa.ForeignKeyConstraint(["session_id"], [f"{_SCHEMA}.sessions.id"], ondelete="CASCADE"),
        schema=_SCHEMA,
    )
    _index("refresh_tokens", "session_id")


def _create_sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        _time("tried_at"),
        sa.PrimaryKeyConstraint("id"),
        schema=_SCHEMA,
    )
    _index("sign_in_failures", "key_hash", "tried_at")
    _index("sign_in_failures", "tried_at")


def _id() -> "sa.Column[object]":
    return sa.Column("id", sa.Uuid(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), schema=_SCHEMA)
