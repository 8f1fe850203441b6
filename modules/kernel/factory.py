"""Builds what the kernel offers."""

from datetime import UTC, datetime

from typing_extensions import override

from modules.kernel.database import SqlDatabase
from modules.kernel.interface import Clock


class SystemClock(Clock):
    """The clock of this machine."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads it


def create_clock() -> Clock:
    """The clock of this machine."""
    return SystemClock()


def create_database(*, url: str, pool_size: int = 10) -> SqlDatabase:
    """A database that connects on first use. The caller closes it."""
    return SqlDatabase(url=url, pool_size=pool_size)
