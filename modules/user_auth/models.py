"""The tables of schema user_auth."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for
from modules.kernel.interface import MAX_GRADE, MIN_GRADE
from modules.user_auth.interface import Role

_TIME: Final = sa.DateTime(timezone=True)


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


class Base(DeclarativeBase):
    metadata = metadata_for("user_auth")


class DistrictRow(Base):
    __tablename__ = "districts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(_TIME)


class SchoolRow(Base):
    __tablename__ = "schools"
    __table_args__ = (sa.UniqueConstraint("district_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID] = mapped_column(sa.ForeignKey(DistrictRow.id))
    name: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(_TIME)


class PersonRow(Base):
    """`token_version`: an access token of another version is refused."""

    __tablename__ = "people"
    __table_args__ = (
        sa.CheckConstraint(f"grade BETWEEN {MIN_GRADE} AND {MAX_GRADE}", name="grade_range"),
        sa.CheckConstraint("grade IS NULL OR role = 'student'", name="grade_of_student"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text, unique=True)
    display_name: Mapped[str] = mapped_column(sa.Text)
    role: Mapped[Role] = mapped_column(
        sa.Enum(Role, native_enum=False, create_constraint=True, length=32, values_callable=_values, name="role")
    )
    grade: Mapped[int | None] = mapped_column(sa.SmallInteger)
    school_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(SchoolRow.id), index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.Text)
    active: Mapped[bool]
    token_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(_TIME)


class ClassRow(Base):
    __tablename__ = "classes"
    __table_args__ = (sa.UniqueConstraint("school_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(sa.ForeignKey(SchoolRow.id))
    name: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(_TIME)


class ClassTeacherRow(Base):
    __tablename__ = "class_teachers"

    class_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ClassRow.id, ondelete="CASCADE"), primary_key=True)
    teacher_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey(PersonRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class EnrolmentRow(Base):
    __tablename__ = "enrolments"

    class_id: Mapped[UUID] = mapped_column(sa.ForeignKey(ClassRow.id, ondelete="CASCADE"), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey(PersonRow.id, ondelete="CASCADE"), primary_key=True, index=True
    )


class SessionRow(Base):
    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey(PersonRow.id, ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(_TIME)
    expires_at: Mapped[datetime] = mapped_column(_TIME)
    revoked_at: Mapped[datetime | None] = mapped_column(_TIME)


class RefreshTokenRow(Base):
    """Every token of a session, not the last alone: a thief who rotates twice is still noticed."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey(SessionRow.id, ondelete="CASCADE"), index=True)
    issued_at: Mapped[datetime] = mapped_column(_TIME)
    used_at: Mapped[datetime | None] = mapped_column(_TIME)


class SignInFailureRow(Base):
    """`key_hash`: keyed hash of an e-mail, an address or both, a row each for every try; neither is stored."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (sa.Index(None, "key_hash", "tried_at"), sa.Index(None, "tried_at"))

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    key_hash: Mapped[bytes]
    tried_at: Mapped[datetime] = mapped_column(_TIME)
