"""user_auth: people, schools, classes, sessions, and who may do what to whose.

Depends on: kernel, integrations, worker. Owns PostgreSQL schema: user_auth.
"""

from abc import abstractmethod
from collections.abc import Collection
from typing import Protocol

from modules.kernel.interface import PersonId, Transaction, VividlyError
from modules.user_auth.values import (
    Action as Action,
    ClassId as ClassId,
    DemoAccount as DemoAccount,
    DemoReport as DemoReport,
    NewPerson as NewPerson,
    Person as Person,
    Principal as Principal,
    Role as Role,
    SchoolId as SchoolId,
    Scope as Scope,
    SessionId as SessionId,
    Tokens as Tokens,
)


class UserAuthError(VividlyError):
    """Signing in, or what was asked for, is refused."""

    code = "user_auth.error"


class WrongCredentialsError(UserAuthError):
    """E-mail or password is wrong; the same answer, in the same time, for an unknown e-mail."""

    code = "user_auth.wrong_credentials"


class TooManyTriesError(UserAuthError):
    """Too many failed sign-ins for this account from this address; `retry_after_seconds` says when to try again."""

    code = "user_auth.too_many_tries"
    retryable = True

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"too many failed sign-ins; try again in {retry_after_seconds} seconds")
        self.retry_after_seconds = retry_after_seconds


class NotSignedInError(UserAuthError):
    """The token is missing, malformed, expired, of the wrong type, or its session has ended."""

    code = "user_auth.not_signed_in"


class NotAllowedError(UserAuthError):
    """The policy refuses this action for this role."""

    code = "user_auth.not_allowed"


class NotYoursError(UserAuthError):
    """The object exists but lies outside the person's scope; shown to the caller as not found."""

    code = "user_auth.not_yours"


class EmailTakenError(UserAuthError):
    """Somebody has this e-mail already."""

    code = "user_auth.email_taken"


class WeakPasswordError(UserAuthError):
    """The password has fewer than 8 characters, more than 256, or is a common one."""

    code = "user_auth.weak_password"


class InvalidPersonError(UserAuthError):
    """A new person has a bad e-mail, name, grade or school; `field` says which."""

    code = "user_auth.invalid_person"

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field


class UnknownPersonError(UserAuthError):
    """No person has this id."""

    code = "user_auth.unknown_person"


class UserAuth(Protocol):
    """People and permissions."""

    @abstractmethod
    async def add_person(self, new: NewPerson, *, tx: Transaction | None = None) -> Person:
        """Raises EmailTakenError, WeakPasswordError, InvalidPersonError."""

    @abstractmethod
    async def person(self, person_id: PersonId) -> Person:
        """The person, also when disabled: then `active` is False. Raises UnknownPersonError when nobody has the id."""

    @abstractmethod
    async def disable(self, person_id: PersonId) -> None:
        """Ends every session of the person at once and refuses new ones. Raises UnknownPersonError."""

    @abstractmethod
    async def sign_in(self, email: str, password: str, *, address: str) -> Tokens:
        """Opens a session. `address`: where the caller is, for throttling.

        Raises:
            WrongCredentialsError: wrong e-mail or password, or the person is disabled or has no password.
            TooManyTriesError: within 15 minutes, 5 failed tries for this e-mail from this address, 20 for this e-mail
                from anywhere, or 100 from this address.
        """

    @abstractmethod
    async def refresh(self, refresh_token: str) -> Tokens:
        """A new pair for a refresh token, which works once; using it again ends the session (10 s grace).

        Raises:
            NotSignedInError: unknown, used, expired or revoked.
        """

    @abstractmethod
    async def sign_out(self, principal: Principal) -> None:
        """Ends the session; its access token stops working at once."""

    @abstractmethod
    async def authenticate(self, access_token: str) -> Principal:
        """Who a token belongs to, checked against the live session. Raises NotSignedInError."""

    @abstractmethod
    async def authorise(self, principal: Principal, action: Action, *, owners: Collection[PersonId] = ()) -> None:
        """Returns when the policy lets the principal do this to an object of one of `owners`.

        With no owners the object is nobody's: any scope but NONE is enough.

        Raises:
            NotAllowedError: the role may never do this. NotYoursError: none of the owners is in the role's scope.
        """

    @abstractmethod
    async def local_learner(self) -> PersonId:
        """The person behind questions asked on this computer's command line; made on first use, cannot sign in."""

    @abstractmethod
    async def seed_demo(self) -> DemoReport:
        """One district, one school, one teacher, one class, three students; passwords are generated, never fixed."""
