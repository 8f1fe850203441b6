"""The values that user_auth speaks of; outside, import them from interface.py."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from modules.kernel.interface import GradeLevel, PersonId

SessionId = NewType("SessionId", UUID)
SchoolId = NewType("SchoolId", UUID)
ClassId = NewType("ClassId", UUID)


class Role(StrEnum):
    """What a person is; the policy table says what each may do."""

    STUDENT = "student"
    TEACHER = "teacher"
    ADMIN = "admin"


class Action(StrEnum):
    """Everything that can be allowed or refused; what is not in the policy table is refused."""

    READ_SELF = "read_self"
    READ_LIBRARY = "read_library"
    GENERATE_CONTENT = "generate_content"
    READ_REQUEST = "read_request"
    CANCEL_REQUEST = "cancel_request"
    ANSWER_REQUEST = "answer_request"
    READ_LESSON = "read_lesson"
    REVIEW_LESSONS = "review_lessons"
    MANAGE_LIBRARY = "manage_library"
    READ_FLAGS = "read_flags"


class Scope(StrEnum):
    """How far an action reaches; every scope but NONE includes the person's own.

    CLASS: students of a class that the person teaches. SCHOOL: people of the same school.
    """

    NONE = "none"
    OWN = "own"
    CLASS = "class"
    SCHOOL = "school"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is calling, proved by an access token of a live session."""

    person_id: PersonId
    role: Role
    session_id: SessionId
    school_id: SchoolId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person. `grade`: of a student, else None. `has_password`: False for people who cannot sign in.

    Personal data and secrets are left out of every `repr` here, so that they reach no log.
    """

    id: PersonId
    email: str = field(repr=False)
    display_name: str = field(repr=False)
    role: Role
    grade: GradeLevel | None
    school_id: SchoolId | None
    active: bool
    has_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What it takes to add a person; `password` None means that they cannot sign in yet."""

    email: str = field(repr=False)
    display_name: str = field(repr=False)
    role: Role
    password: str | None = field(repr=False)
    grade: GradeLevel | None = None
    school_id: SchoolId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in gives. `access_token`: JWT, 10 minutes. `refresh_token`: opaque, 256 bit, works once."""

    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A demo account. `password`: shown at creation only, empty on later runs."""

    email: str = field(repr=False)
    display_name: str = field(repr=False)
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demo seed holds after it ran: the same counts however often it runs."""

    districts: int
    schools: int
    classes: int
    people: int
    accounts: tuple[DemoAccount, ...]
