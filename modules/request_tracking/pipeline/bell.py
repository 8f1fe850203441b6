"""One ear on the doorbell for all watchers of this process, open while there are any."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from modules.integrations.interface import Doorbell
from modules.kernel.interface import RequestId, VividlyError

CHANNEL: Final = "requests"
_log: Final = structlog.get_logger(__name__)


class RequestBell:
    """Rings for a changed request, and wakes who watches it. A lost ring costs `pause_seconds`, nothing else."""

    def __init__(self, *, doorbell: Doorbell, pause_seconds: float) -> None:
        self._doorbell = doorbell
        self._pause_seconds = pause_seconds
        self._watching: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None
        self._ringing: set[asyncio.Task[None]] = set()

    def ring(self, request_id: RequestId) -> None:
        """Starts a ring and does not wait for it."""
        task = asyncio.get_running_loop().create_task(self._doorbell.ring(CHANNEL, str(request_id)))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    @asynccontextmanager
    async def watching(self, request_id: RequestId) -> AsyncIterator[asyncio.Event]:
        """An event that is set when the request may have changed; who waits for it clears it first."""
        rung = asyncio.Event()
        self._watching[str(request_id)].add(rung)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        try:
            yield rung
        finally:
            await self._leave(str(request_id), rung)

    async def pause(self, rung: asyncio.Event) -> None:
        """Waits for a ring, or until it is time to look anyway."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause_seconds):
                await rung.wait()

    async def _leave(self, key: str, rung: asyncio.Event) -> None:
        self._watching[key].discard(rung)
        if not self._watching[key]:
            del self._watching[key]
        if not self._watching and self._listening is not None:
            listening, self._listening = self._listening, None
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _listen(self) -> None:
        while True:
            try:
                async with self._doorbell.listen(CHANNEL) as rings:
                    async for message in rings:
                        for rung in self._watching.get(message, ()):
                            rung.set()
            except VividlyError as error:
                _log.warning("doorbell_silent", code=error.code)
            await asyncio.sleep(self._pause_seconds)
