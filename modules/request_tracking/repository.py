"""SQL of the requests. A writer locks the request's row first, so events of one request commit in the order of ids."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, event, func, select, update
from sqlalchemy.dialects.postgresql import insert

from modules.kernel.database import session_of
from modules.kernel.interface import GradeLevel, LessonId, Modality, PersonId, RequestId, TopicId, Transaction
from modules.request_tracking.domain import Change, first_stages
from modules.request_tracking.interface import (
    Choice,
    Event,
    LedgerEntry,
    NewRequest,
    Request,
    RequestState,
    Stage,
    StageState,
    StageStatus,
)
from modules.request_tracking.models import EventRow, LedgerRow, RequestRow, StageRow

_NOW: Final = func.clock_timestamp()
_STAGE_ORDER: Final = {stage: position for position, stage in enumerate(Stage)}
_UNSYNCED: Final = {"synchronize_session": False}


class RequestRepository:
    """Reads and writes requests, stages, events and the ledger in the caller's transaction."""

    async def add(self, new: NewRequest, *, tx: Transaction) -> None:
        """Writes a queued request with its stages and first event, unless the id is known."""
        row = insert(RequestRow).values(
            id=new.id,
            owner_id=new.owner_id,
            requested_by=new.requested_by,
            query=new.query,
            grade=new.grade,
            interest_id=new.interest_id,
            modalities=[modality.value for modality in new.modalities],
            preferred_modality=new.preferred_modality,
            state=RequestState.QUEUED,
            derived_from=new.derived_from,
        )
        session = session_of(tx)
        written = row.on_conflict_do_nothing(index_elements=[RequestRow.id]).returning(RequestRow.id)
        if (await session.scalars(written)).one_or_none() is None:
            return
        stages = [
            {"request_id": new.id, "stage": status.stage, "state": status.state, "note": status.note}
            for status in first_stages(new.plan)
        ]
        if stages:
            await session.execute(insert(StageRow).values(stages))
        await self._add_event(new.id, "state", RequestState.QUEUED, progress=0, detail="", tx=tx)

    async def find(self, request_id: RequestId, *, tx: Transaction) -> Request | None:
        """The request as it stands."""
        return await self._read(select(RequestRow).where(RequestRow.id == request_id), tx)

    async def lock(self, request_id: RequestId, *, tx: Transaction) -> Request | None:
        """The request as it stands; nobody else changes it before `tx` ends."""
        return await self._read(select(RequestRow).where(RequestRow.id == request_id).with_for_update(), tx)

    async def apply(self, change: Change, *, tx: Transaction) -> None:
        """Writes what a change made of a locked request, and its event."""
        after = change.after
        await session_of(tx).execute(
            update(RequestRow)
            .where(RequestRow.id == after.id)
            .values(
                state=after.state,
                progress=after.progress,
                lesson_id=after.lesson_id,
                available=[modality.value for modality in after.available],
                message=after.message,
                error_code=after.error_code,
                choices=[asdict(choice) for choice in after.choices],
                version=RequestRow.version + 1,
                updated_at=_NOW,
            ),
            execution_options=_UNSYNCED,
        )
        for status in set(after.stages) - set(change.before.stages):
            await self._write_stage(after.id, status, tx)
        await self._add_event(after.id, change.event, after.state, progress=after.progress, detail=change.detail, tx=tx)

    async def record(self, request_id: RequestId, entries: Sequence[LedgerEntry], *, tx: Transaction) -> None:
        """Writes ledger rows that do not exist yet."""
        rows = [
            {
                "request_id": request_id,
                "kind": entry.kind,
                "item": entry.item,
                "amount_usd": entry.amount_usd,
                "price_book_version": entry.price_book_version,
                "engine": entry.engine,
                "note": entry.note,
            }
            for entry in entries
        ]
        once = insert(LedgerRow).on_conflict_do_nothing(constraint="uq_ledger_request_id_kind_item")
        await session_of(tx).execute(once.values(rows))

    async def ledger(self, request_id: RequestId, *, tx: Transaction) -> list[LedgerEntry]:
        """Rows in the order written."""
        rows = await session_of(tx).scalars(
            select(LedgerRow).where(LedgerRow.request_id == request_id).order_by(LedgerRow.id)
        )
        return [
            LedgerEntry(
                kind=row.kind,
                item=row.item,
                amount_usd=row.amount_usd,
                price_book_version=row.price_book_version,
                engine=row.engine,
                note=row.note,
            )
            for row in rows
        ]

    async def owners(self, lesson_id: LessonId, *, tx: Transaction) -> set[PersonId]:
        """Whose requests have this lesson."""
        owners = select(RequestRow.owner_id).where(RequestRow.lesson_id == lesson_id).distinct()
        return {PersonId(owner) for owner in await session_of(tx).scalars(owners)}

    async def request_for(self, lesson_id: LessonId, owner_id: PersonId, *, tx: Transaction) -> RequestId | None:
        """The latest request of the owner that has this lesson."""
        query = select(RequestRow.id).where(RequestRow.lesson_id == lesson_id, RequestRow.owner_id == owner_id)
        found = await session_of(tx).scalar(query.order_by(RequestRow.created_at.desc(), RequestRow.id).limit(1))
        return RequestId(found) if found else None

    async def most_delivered(self, *, limit: int, tx: Transaction) -> list[LessonId]:
        """The lessons with most requests, most first."""
        query = select(RequestRow.lesson_id).where(RequestRow.lesson_id.is_not(None)).group_by(RequestRow.lesson_id)
        ordered = query.order_by(func.count().desc(), RequestRow.lesson_id).limit(limit)
        return [LessonId(found) for found in await session_of(tx).scalars(ordered) if found]

    async def state(self, request_id: RequestId, *, tx: Transaction) -> RequestState | None:
        """Where the request stands."""
        return (await session_of(tx).scalars(select(RequestRow.state).where(RequestRow.id == request_id))).one_or_none()

    async def events(self, request_id: RequestId, *, after: int, tx: Transaction) -> list[Event]:
        """Events with an id above `after`, in order."""
        rows = await session_of(tx).scalars(
            select(EventRow).where(EventRow.request_id == request_id, EventRow.id > after).order_by(EventRow.id)
        )
        return [
            Event(
                id=row.id,
                name=row.name,
                request_id=request_id,
                state=row.state,
                progress=row.progress,
                detail=row.detail,
                at=row.at,
            )
            for row in rows
        ]

    @staticmethod
    def after_commit(call: Callable[[], None], *, tx: Transaction) -> None:
        """Calls when `tx` has committed; for hints that may be lost."""
        event.listen(session_of(tx).sync_session, "after_commit", lambda _session: call(), once=True)

    async def _read(self, query: Select[RequestRow], tx: Transaction) -> Request | None:
        session = session_of(tx)
        fresh = {"populate_existing": True}
        row = (await session.scalars(query, execution_options=fresh)).one_or_none()
        if row is None:
            return None
        stages = await session.scalars(select(StageRow).where(StageRow.request_id == row.id), execution_options=fresh)
        return _request(row, sorted(stages, key=lambda stage: _STAGE_ORDER[stage.stage]))

    async def _write_stage(self, request_id: RequestId, status: StageStatus, tx: Transaction) -> None:
        write = update(StageRow).where(StageRow.request_id == request_id, StageRow.stage == status.stage)
        values: dict[str, Any] = {
            "state": status.state,
            "note": status.note,
            "attempts": status.attempts,
            "output": status.output,
        }
        if status.state is StageState.RUNNING:
            values["started_at"] = _NOW
        else:
            values["duration_seconds"] = _since_start()
        await session_of(tx).execute(write.values(**values), execution_options=_UNSYNCED)

    @staticmethod
    async def _add_event(
        request_id: RequestId, name: str, state: RequestState, *, progress: int, detail: str, tx: Transaction
    ) -> None:
        event = insert(EventRow).values(request_id=request_id, name=name, state=state, progress=progress, detail=detail)
        await session_of(tx).execute(event)


def _since_start() -> ColumnElement[float]:
    return func.coalesce(func.extract("epoch", _NOW - StageRow.started_at), 0.0)


def _request(row: RequestRow, stages: Sequence[StageRow]) -> Request:
    return Request(
        id=RequestId(row.id),
        owner_id=PersonId(row.owner_id),
        requested_by=PersonId(row.requested_by),
        query=row.query,
        grade=GradeLevel(row.grade),
        interest_id=row.interest_id,
        modalities=tuple(Modality(value) for value in row.modalities),
        preferred_modality=row.preferred_modality,
        state=row.state,
        stages=tuple(_status(stage) for stage in stages),
        progress=row.progress,
        lesson_id=LessonId(row.lesson_id) if row.lesson_id else None,
        available=tuple(Modality(value) for value in row.available),
        message=row.message,
        error_code=row.error_code,
        choices=tuple(
            Choice(topic_id=TopicId(choice["topic_id"]), title=choice["title"], line=choice["line"])
            for choice in row.choices
        ),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        derived_from=RequestId(row.derived_from) if row.derived_from else None,
    )


def _status(row: StageRow) -> StageStatus:
    return StageStatus(
        stage=row.stage,
        state=row.state,
        note=row.note,
        attempts=row.attempts,
        duration_seconds=row.duration_seconds,
        output=row.output,
    )
