"""kernel: what every module shares, with no business in it.

Depends on: nothing. Owns: nothing.
"""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, NewType, Protocol
from uuid import UUID

PersonId = NewType("PersonId", UUID)
RequestId = NewType("RequestId", UUID)
LessonId = NewType("LessonId", UUID)
JobId = NewType("JobId", UUID)
TopicId = NewType("TopicId", str)
"""`<book slug>/<module id>`, such as `physics/m54057`: module ids alone are unique per book only."""

GradeLevel = NewType("GradeLevel", int)
"""School year of the reader, MIN_GRADE to MAX_GRADE."""
MIN_GRADE: Final = 6
MAX_GRADE: Final = 12


class Modality(StrEnum):
    """A form in which a lesson can be delivered."""

    TEXT = "text"
    AUDIO = "audio"
    VIDEO = "video"


class VividlyError(Exception):
    """The root of every error that a module raises on purpose.

    Attributes:
        code: stable, machine-readable name, `<module>.<reason>`; part of the API.
        retryable: the same call may succeed later without a change by the caller.
    """

    code: ClassVar[str] = "kernel.error"
    retryable: ClassVar[bool] = False


class DatabaseUnavailableError(VividlyError):
    """PostgreSQL does not answer, or cut the connection; what was not yet committed is lost."""

    code = "kernel.database_unavailable"
    retryable = True


class Transaction:
    """An open database transaction, opaque outside repositories.

    Passed by keyword as `tx=` so that several modules write atomically. Never held open across a model,
    speech, render or HTTP call.
    """

    __slots__ = ()


class Database(Protocol):
    """Opens transactions on the one PostgreSQL database."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Raises:
            DatabaseUnavailableError: on entry, inside or at commit, when PostgreSQL does not answer.
        """

    @abstractmethod
    async def ping(self) -> None:
        """Returns when PostgreSQL answers a trivial query.

        Raises:
            DatabaseUnavailableError: it does not.
        """


class Clock(Protocol):
    """Tells the time of this machine; leases use the database clock instead."""

    @abstractmethod
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
