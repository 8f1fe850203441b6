"""Fakes of the kernel."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from modules.kernel.interface import Clock, Database, Transaction, VividlyError


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


class FakeDatabase(Database):
    """Transactions that hold nothing, counted. Set `fault` and each of them, and `ping`, raises that."""

    def __init__(self) -> None:
        self.fault: VividlyError | None = None
        self.committed = 0
        self.rolled_back = 0

    @override
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        await self.ping()
        try:
            yield Transaction()
        except BaseException:
            self.rolled_back += 1
            raise
        self.committed += 1

    @override
    async def ping(self) -> None:
        if self.fault is not None:
            raise self.fault
