"""Who may do what to whose, and the rules of accounts, tries and sessions; no I/O but the packaged word list."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from math import ceil
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import uuid4

from modules.kernel.interface import MAX_GRADE, MIN_GRADE, PersonId
from modules.user_auth.interface import (
    Action,
    InvalidPersonError,
    NewPerson,
    Person,
    Principal,
    Role,
    Scope,
    SessionId,
    WeakPasswordError,
)

Policy: TypeAlias = Mapping[tuple[Action, Role], Scope]

# What does not stand here is refused.
POLICY: Final[Policy] = MappingProxyType(
    {
        (Action.READ_SELF, Role.STUDENT): Scope.OWN,
        (Action.READ_SELF, Role.TEACHER): Scope.OWN,
        (Action.READ_SELF, Role.ADMIN): Scope.OWN,
        (Action.READ_LIBRARY, Role.STUDENT): Scope.ANY,
        (Action.READ_LIBRARY, Role.TEACHER): Scope.ANY,
        (Action.READ_LIBRARY, Role.ADMIN): Scope.ANY,
        (Action.GENERATE_CONTENT, Role.STUDENT): Scope.OWN,
        (Action.GENERATE_CONTENT, Role.TEACHER): Scope.CLASS,
        (Action.GENERATE_CONTENT, Role.ADMIN): Scope.SCHOOL,
        (Action.READ_REQUEST, Role.STUDENT): Scope.OWN,
        (Action.READ_REQUEST, Role.TEACHER): Scope.CLASS,
        (Action.READ_REQUEST, Role.ADMIN): Scope.SCHOOL,
        (Action.CANCEL_REQUEST, Role.STUDENT): Scope.OWN,
        (Action.CANCEL_REQUEST, Role.TEACHER): Scope.CLASS,
        (Action.CANCEL_REQUEST, Role.ADMIN): Scope.SCHOOL,
        (Action.ANSWER_REQUEST, Role.STUDENT): Scope.OWN,
        (Action.ANSWER_REQUEST, Role.TEACHER): Scope.OWN,
        (Action.ANSWER_REQUEST, Role.ADMIN): Scope.OWN,
        (Action.READ_LESSON, Role.STUDENT): Scope.OWN,
        (Action.READ_LESSON, Role.TEACHER): Scope.CLASS,
        (Action.READ_LESSON, Role.ADMIN): Scope.SCHOOL,
        (Action.REVIEW_LESSONS, Role.TEACHER): Scope.CLASS,
        (Action.REVIEW_LESSONS, Role.ADMIN): Scope.SCHOOL,
        (Action.MANAGE_LIBRARY, Role.ADMIN): Scope.ANY,
        (Action.READ_FLAGS, Role.ADMIN): Scope.SCHOOL,
    }
)

MAX_TRIES: Final = 5
MAX_TRIES_ON_ACCOUNT: Final = 20
# A whole school may stand behind one address.
MAX_TRIES_FROM_ADDRESS: Final = 100
TRY_WINDOW: Final = timedelta(minutes=15)
REUSE_GRACE: Final = timedelta(seconds=10)
MIN_PASSWORD: Final = 8
MAX_PASSWORD: Final = 256
LOCAL_LEARNER_EMAIL: Final = "local@this-computer.invalid"

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MAX_EMAIL: Final = 254
_MAX_NAME: Final = 200
_RESERVED_SUFFIX: Final = ".invalid"


def scope_of(policy: Policy, action: Action, principal: Principal) -> Scope:
    """How far the policy lets this person act; an admin without a school looks after the whole installation."""
    scope = policy.get((action, principal.role), Scope.NONE)
    if scope is Scope.SCHOOL and principal.school_id is None:
        return Scope.ANY if principal.role is Role.ADMIN else Scope.OWN
    return scope


def normalised_email(text: str) -> str | None:
    """The form in which e-mails are kept and compared; None when the text cannot be an e-mail."""
    if len(text) > _MAX_EMAIL:
        return None
    email = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.strip()).lower())
    if len(email) > _MAX_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        return None
    return email


def checked_person(new: NewPerson) -> str:
    """The normalised e-mail of a new person whose e-mail, name, grade and password are in order."""
    email = normalised_email(new.email)
    if email is None or email.endswith(_RESERVED_SUFFIX):
        raise InvalidPersonError("email", "is not an e-mail address")
    if not new.display_name.strip() or len(new.display_name) > _MAX_NAME or not new.display_name.isprintable():
        raise InvalidPersonError("display_name", f"must be 1 to {_MAX_NAME} printable characters")
    if new.grade is not None and not (new.role is Role.STUDENT and MIN_GRADE <= new.grade <= MAX_GRADE):
        raise InvalidPersonError("grade", f"must be {MIN_GRADE} to {MAX_GRADE}, and is for students only")
    if new.password is not None:
        check_password(new.password)
    return email


def person_of(new: NewPerson, *, email: str, has_password: bool) -> Person:
    """A new person with an id of their own."""
    return Person(
        id=PersonId(uuid4()),
        email=email,
        display_name=new.display_name.strip(),
        role=new.role,
        grade=new.grade,
        school_id=new.school_id,
        active=True,
        has_password=has_password,
    )


def check_password(password: str) -> None:
    """Raises WeakPasswordError for one that is too short, too long or among the common ones."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise WeakPasswordError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    if unicodedata.normalize("NFKC", password).strip().lower() in common_passwords():
        raise WeakPasswordError("this password is among the most common ones; choose another")


@cache
def common_passwords() -> frozenset[str]:
    """The packaged list of passwords that everybody tries first, lower-case."""
    text = files("modules.user_auth").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def password_bytes(password: str) -> bytes:
    """One byte form for all ways of typing the same characters; lone surrogates are kept, not crashed on."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True, kw_only=True)
class TryKeys:
    """What a try counts against, each named without storing the e-mail or the address."""

    account: bytes
    address: bytes
    pair: bytes

    @property
    def limits(self) -> tuple[tuple[bytes, int], ...]:
        """Each key, and how many failures within TRY_WINDOW it bears."""
        return (
            (self.pair, MAX_TRIES),
            (self.account, MAX_TRIES_ON_ACCOUNT),
            (self.address, MAX_TRIES_FROM_ADDRESS),
        )


def try_keys(email: str, address: str, secret: bytes) -> TryKeys:
    """The keyed hashes under which a try of this e-mail from this address is counted."""
    account = normalised_email(email) or email[:_MAX_EMAIL]

    def _key(kind: str, name: str) -> bytes:
        return hmac.digest(secret, f"{kind}\0{name}".encode("utf-8", "surrogatepass"), "sha256")

    return TryKeys(
        account=_key("account", account), address=_key("address", address), pair=_key("pair", f"{account}\0{address}")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A try that was asked for. `rows`: where it is counted; `full_since` in their place: the failure to outwait."""

    rows: tuple[int, ...] = ()
    full_since: datetime | None = None


def seconds_to_wait(oldest_try: datetime, now: datetime) -> int:
    """How long until the oldest of the failures that fill a limit leaves the window."""
    return max(1, ceil((oldest_try + TRY_WINDOW - now).total_seconds()))


def token_hash(refresh_token: str) -> bytes:
    """What is stored of a refresh token: 256 random bits need no slow hash."""
    return hashlib.sha256(refresh_token.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What sign-in compares with. `password_hash` None: cannot sign in."""

    person_id: PersonId
    password_hash: str | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What a valid access token says; whether the session lives is for the database to say."""

    person_id: PersonId
    session_id: SessionId
    token_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshState:
    """A refresh token that was shown, and its session. `live`: neither revoked, expired nor of a disabled person."""

    session_id: SessionId
    person_id: PersonId
    token_version: int
    used_at: datetime | None
    live: bool


class RefreshVerdict(Enum):
    """What to do about a refresh token that was shown."""

    ISSUE = auto()
    REFUSE = auto()
    END_SESSION = auto()


def judge_refresh(state: RefreshState | None, now: datetime) -> RefreshVerdict:
    """A used token is let through for a moment (two tabs), then it is taken for stolen."""
    if state is None or not state.live:
        return RefreshVerdict.REFUSE
    if state.used_at is not None and now > state.used_at + REUSE_GRACE:
        return RefreshVerdict.END_SESSION
    return RefreshVerdict.ISSUE
