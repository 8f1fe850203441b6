"""Fakes of the kernel."""

from datetime import UTC, datetime, timedelta

from typing_extensions import override

from modules.kernel.interface import Clock


class FakeClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, *, start: datetime = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    @override
    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment

    def advance(self, **duration: float) -> None:
        """Moves on by the keyword arguments of a timedelta, such as `minutes=5`."""
        self._now += timedelta(**duration)
