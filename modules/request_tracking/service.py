"""The use cases of request tracking."""

from collections.abc import AsyncIterator, Sequence
from typing import Final, TypeVar

import structlog
from typing_extensions import override

from modules.kernel.interface import Database, LessonId, Modality, PersonId, RequestId, Transaction
from modules.request_tracking import domain
from modules.request_tracking.domain import Change
from modules.request_tracking.interface import (
    TERMINAL_STATES,
    Ending,
    Event,
    LedgerEntry,
    NewRequest,
    Request,
    RequestState,
    RequestTracking,
    Stage,
    StageState,
    UnknownRequestError,
)
from modules.request_tracking.pipeline.bell import RequestBell
from modules.request_tracking.repository import RequestRepository

_log: Final = structlog.get_logger(__name__)
_Found = TypeVar("_Found", Request, RequestState)


class RequestTrackingService(RequestTracking):
    """Requests in PostgreSQL."""

    def __init__(self, *, database: Database, requests: RequestRepository, bell: RequestBell) -> None:
        self._database = database
        self._requests = requests
        self._bell = bell

    @override
    async def open(self, new: NewRequest, *, tx: Transaction) -> Request:
        await self._requests.add(new, tx=tx)
        self._requests.after_commit(lambda: self._bell.ring(new.id), tx=tx)
        return await self.get(new.id, tx=tx)

    @override
    async def start_stage(self, request_id: RequestId, stage: Stage, *, tx: Transaction) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.start_stage(request, stage), tx)

    @override
    async def end_stage(
        self,
        request_id: RequestId,
        stage: Stage,
        state: StageState,
        *,
        tx: Transaction,
        output: str = "",
        note: str = "",
    ) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.end_stage(request, stage, state, output=output, note=note), tx)

    @override
    async def deliver(self, request_id: RequestId, lesson_id: LessonId, modality: Modality, *, tx: Transaction) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.deliver(request, lesson_id, modality), tx)

    @override
    async def record(self, request_id: RequestId, entries: Sequence[LedgerEntry], *, tx: Transaction) -> None:
        domain.check_record(await self._locked(request_id, tx), entries)
        if entries:
            await self._requests.record(request_id, entries, tx=tx)

    @override
    async def finish(self, request_id: RequestId, ending: Ending, *, tx: Transaction) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.finish(request, ending), tx)

    @override
    async def reopen(self, request_id: RequestId, *, tx: Transaction) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.reopen(request), tx)

    @override
    async def resume(self, request_id: RequestId, *, topic_is_chosen: bool, tx: Transaction) -> None:
        request = await self._locked(request_id, tx)
        await self._apply(domain.resume(request, topic_is_chosen=topic_is_chosen), tx)

    @override
    async def get(self, request_id: RequestId, *, tx: Transaction | None = None) -> Request:
        if tx is None:
            async with self._database.transaction() as own:
                return await self.get(request_id, tx=own)
        return _known(await self._requests.find(request_id, tx=tx), request_id)

    @override
    async def ledger(self, request_id: RequestId) -> list[LedgerEntry]:
        async with self._database.transaction() as tx:
            _known(await self._requests.state(request_id, tx=tx), request_id)
            return await self._requests.ledger(request_id, tx=tx)

    @override
    async def lesson_owners(self, lesson_id: LessonId, *, tx: Transaction | None = None) -> set[PersonId]:
        if tx is None:
            async with self._database.transaction() as own:
                return await self.lesson_owners(lesson_id, tx=own)
        return await self._requests.owners(lesson_id, tx=tx)

    @override
    async def request_for(self, lesson_id: LessonId, owner_id: PersonId) -> RequestId | None:
        async with self._database.transaction() as tx:
            return await self._requests.request_for(lesson_id, owner_id, tx=tx)

    @override
    async def most_delivered(self, *, limit: int) -> list[LessonId]:
        async with self._database.transaction() as tx:
            return await self._requests.most_delivered(limit=limit, tx=tx)

    @override
    async def watch(self, request_id: RequestId, *, after: int = 0) -> AsyncIterator[Event]:
        async with self._bell.watching(request_id) as rung:
            while True:
                rung.clear()
                ended, events = await self._news(request_id, after)
                for event in events:
                    after = event.id
                    yield event
                if ended:
                    return
                await self._bell.pause(rung)

    async def _news(self, request_id: RequestId, after: int) -> tuple[bool, list[Event]]:
        async with self._database.transaction() as tx:
            # The state is read first: once it is terminal, the events read after it hold the last one.
            state = _known(await self._requests.state(request_id, tx=tx), request_id)
            return state in TERMINAL_STATES, await self._requests.events(request_id, after=after, tx=tx)

    async def _locked(self, request_id: RequestId, tx: Transaction) -> Request:
        return _known(await self._requests.lock(request_id, tx=tx), request_id)

    async def _apply(self, change: Change, tx: Transaction) -> None:
        if not change.event:
            return
        await self._requests.apply(change, tx=tx)
        self._requests.after_commit(lambda: self._announce(change), tx=tx)

    def _announce(self, change: Change) -> None:
        request = change.after
        self._bell.ring(request.id)
        _log.info(
            "request_changed",
            request_id=str(request.id),
            change=change.event,
            detail=change.detail,
            state=request.state.value,
            progress=request.progress,
        )


def _known(found: _Found | None, request_id: RequestId) -> _Found:
    if found is None:
        raise UnknownRequestError(f"no request has the id {request_id}")
    return found
