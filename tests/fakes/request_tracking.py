"""request_tracking in memory, on the real state machine."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from typing_extensions import override

from modules.kernel.interface import LessonId, Modality, PersonId, RequestId, Transaction
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
from tests.fakes.worker import FakeTransaction

_LOOK_SECONDS = 0.005
_AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


class FakeRequestTracking(RequestTracking):
    """Requests in memory; a failed FakeTransaction is taken back, any other kind is not."""

    def __init__(self) -> None:
        self._requests: dict[RequestId, Request] = {}
        self._events: list[Event] = []
        self._ledger: dict[RequestId, list[LedgerEntry]] = {}
        self._ids = count(1)

    @override
    async def open(self, new: NewRequest, *, tx: Transaction) -> Request:
        if new.id in self._requests:
            return self._requests[new.id]
        self._remember(tx)
        request = Request(
            id=new.id,
            owner_id=new.owner_id,
            requested_by=new.requested_by,
            query=new.query,
            grade=new.grade,
            interest_id=new.interest_id,
            modalities=new.modalities,
            preferred_modality=new.preferred_modality,
            state=RequestState.QUEUED,
            stages=domain.first_stages(new.plan),
            progress=0,
            lesson_id=None,
            available=(),
            message="",
            error_code="",
            choices=(),
            version=1,
            created_at=_AT,
            updated_at=_AT,
            derived_from=new.derived_from,
        )
        self._requests[new.id] = request
        self._ledger[new.id] = []
        self._add_event(request, "state", "")
        return request

    @override
    async def start_stage(self, request_id: RequestId, stage: Stage, *, tx: Transaction) -> None:
        self._apply(domain.start_stage(self._known(request_id), stage), tx)

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
        self._apply(domain.end_stage(self._known(request_id), stage, state, output=output, note=note), tx)

    @override
    async def deliver(self, request_id: RequestId, lesson_id: LessonId, modality: Modality, *, tx: Transaction) -> None:
        self._apply(domain.deliver(self._known(request_id), lesson_id, modality), tx)

    @override
    async def record(self, request_id: RequestId, entries: Sequence[LedgerEntry], *, tx: Transaction) -> None:
        domain.check_record(self._known(request_id), entries)
        self._remember(tx)
        for entry in entries:
            written = {(row.kind, row.item) for row in self._ledger[request_id]}
            if (entry.kind, entry.item) not in written:
                self._ledger[request_id].append(entry)

    @override
    async def finish(self, request_id: RequestId, ending: Ending, *, tx: Transaction) -> None:
        self._apply(domain.finish(self._known(request_id), ending), tx)

    @override
    async def reopen(self, request_id: RequestId, *, tx: Transaction) -> None:
        self._apply(domain.reopen(self._known(request_id)), tx)

    @override
    async def resume(self, request_id: RequestId, *, topic_is_chosen: bool, tx: Transaction) -> None:
        self._apply(domain.resume(self._known(request_id), topic_is_chosen=topic_is_chosen), tx)

    @override
    async def get(self, request_id: RequestId, *, tx: Transaction | None = None) -> Request:
        return self._known(request_id)

    @override
    async def ledger(self, request_id: RequestId) -> list[LedgerEntry]:
        self._known(request_id)
        return list(self._ledger[request_id])

    @override
    async def lesson_owners(self, lesson_id: LessonId, *, tx: Transaction | None = None) -> set[PersonId]:
        return {request.owner_id for request in self._requests.values() if request.lesson_id == lesson_id}

    @override
    async def request_for(self, lesson_id: LessonId, owner_id: PersonId) -> RequestId | None:
        own = [one for one in self._requests.values() if (one.lesson_id, one.owner_id) == (lesson_id, owner_id)]
        return own[-1].id if own else None

    @override
    async def most_delivered(self, *, limit: int) -> list[LessonId]:
        counts = Counter(request.lesson_id for request in self._requests.values() if request.lesson_id)
        return sorted(counts, key=lambda lesson: (-counts[lesson], lesson))[:limit]

    @override
    async def watch(self, request_id: RequestId, *, after: int = 0) -> AsyncIterator[Event]:
        while True:
            ended = self._known(request_id).state in TERMINAL_STATES
            for event in [known for known in self._events if known.request_id == request_id and known.id > after]:
                after = event.id
                yield event
            if ended:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _known(self, request_id: RequestId) -> Request:
        if request_id not in self._requests:
            raise UnknownRequestError(f"no request has the id {request_id}")
        return self._requests[request_id]

    def _apply(self, change: Change, tx: Transaction) -> None:
        if not change.event:
            return
        self._remember(tx)
        after = replace(change.after, version=change.before.version + 1)
        self._requests[after.id] = after
        self._add_event(after, change.event, change.detail)

    def _add_event(self, request: Request, name: str, detail: str) -> None:
        event = Event(
            id=next(self._ids),
            name=name,
            request_id=request.id,
            state=request.state,
            progress=request.progress,
            detail=detail,
            at=_AT,
        )
        self._events.append(event)

    def _remember(self, tx: Transaction) -> None:
        if not isinstance(tx, FakeTransaction):
            return
        requests, events = dict(self._requests), list(self._events)
        ledger = {key: list(rows) for key, rows in self._ledger.items()}

        def restore() -> None:
            self._requests, self._events, self._ledger = requests, events, ledger

        tx.on_rollback(restore)
