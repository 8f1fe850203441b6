"""Rings and listens by LISTEN / NOTIFY of the one PostgreSQL database."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Final

import psycopg
import structlog
from psycopg import AsyncConnection, sql
from typing_extensions import override

from modules.integrations.interface import Doorbell

_log: Final = structlog.get_logger(__name__)
_RING_SECONDS: Final = 3.0
_FIRST_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 5.0


class PostgresDoorbell(Doorbell):
    """One connection for ringing, opened with the first ring, and one for each `listen`."""

    def __init__(self, *, url: str) -> None:
        self._url = url
        self._ringing = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._closed = False

    @override
    async def ring(self, channel: str, message: str) -> None:
        try:
            async with asyncio.timeout(_RING_SECONDS), self._ringing:
                await self._notify(channel, message)
        except (psycopg.Error, OSError, TimeoutError) as error:
            _log.warning("ring_lost", channel=channel, fault=type(error).__name__)

    @override
    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        return self._listen(channel)

    @override
    async def close(self) -> None:
        self._closed = True
        async with self._ringing:
            await self._hang_up()

    async def _notify(self, channel: str, message: str) -> None:
        for last in (False, True):
            if self._closed:
                return
            try:
                if self._connection is None:
                    self._connection = await _connect(self._url)
                await self._connection.execute("SELECT pg_notify(%s, %s)", (channel, message))
            except psycopg.OperationalError:
                # The server may have been started again since the last ring: once more on a new connection.
                await self._hang_up()
                if last:
                    raise
            else:
                return

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @asynccontextmanager
    async def _listen(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        ear = _Ear(url=self._url, channel=channel)
        try:
            # Listening begins before the block does: what is rung inside it is heard.
            await ear.open()
            async with aclosing(ear.messages()) as messages:
                yield messages
        finally:
            await ear.close()


class _Ear:
    def __init__(self, *, url: str, channel: str) -> None:
        self._url = url
        self._channel = channel
        self._connection: AsyncConnection | None = None

    async def open(self) -> bool:
        try:
            self._connection = await _connect(self._url)
            await self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
        except (psycopg.Error, OSError) as error:
            _log.warning("doorbell_silent", channel=self._channel, fault=type(error).__name__)
            await self.close()
            return False
        return True

    async def messages(self) -> AsyncGenerator[str, None]:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            if self._connection is None and not await self.open():
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            pause = _FIRST_PAUSE_SECONDS
            async for message in self._heard():
                yield message

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _heard(self) -> AsyncIterator[str]:
        """Messages until the connection breaks."""
        connection = self._connection
        if connection is None:
            return
        try:
            async for notification in connection.notifies():
                yield notification.payload
        except (psycopg.Error, OSError) as error:
            _log.warning("doorbell_silent", channel=self._channel, fault=type(error).__name__)
        await self.close()


async def _connect(url: str) -> AsyncConnection:
    return await AsyncConnection.connect(
        url,
        autocommit=True,
        connect_timeout=3,
        application_name="vividly doorbell",
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
    )
