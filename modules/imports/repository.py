"""SQL of imports."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert

from modules.imports.interface import BuildReport, Import, ImportId, ImportState
from modules.imports.models import UNFINISHED, ImportRow
from modules.kernel.database import session_of
from modules.kernel.interface import Transaction

_NOW: Final = func.clock_timestamp(type_=DateTime(timezone=True))
_UNFINISHED: Final[ColumnElement[bool]] = literal_column(UNFINISHED)


class ImportRepository:
    """Reads and writes imports."""

    async def add(
        self, import_id: ImportId, source: str, options: Mapping[str, Any], requested_by: str, *, tx: Transaction
    ) -> ImportId:
        """Writes a queued import, unless one of this source is unfinished; returns the id of whichever stands."""
        session = session_of(tx)
        row = insert(ImportRow).values(
            id=import_id, source=source, options=dict(options), state=ImportState.QUEUED, requested_by=requested_by
        )
        row = row.on_conflict_do_nothing(index_elements=[ImportRow.source], index_where=text(UNFINISHED))
        standing = select(ImportRow.id).where(ImportRow.source == source, _UNFINISHED)
        while True:
            if (await session.scalars(row.returning(ImportRow.id))).one_or_none() is not None:
                return import_id
            if (found := (await session.scalars(standing)).one_or_none()) is not None:
                return ImportId(found)

    async def find(self, import_id: UUID, *, tx: Transaction) -> Import | None:
        """The import of this id."""
        row = await session_of(tx).get(ImportRow, import_id, populate_existing=True)
        return _import(row) if row else None

    async def options(self, import_id: UUID, *, tx: Transaction) -> dict[str, Any]:
        """What was asked for with it."""
        query = select(ImportRow.options).where(ImportRow.id == import_id)
        options: dict[str, Any] = (await session_of(tx).scalars(query)).one()
        return options

    async def recent(self, limit: int, *, tx: Transaction) -> list[Import]:
        """Newest first."""
        newest = select(ImportRow).order_by(ImportRow.created_at.desc()).limit(limit)
        return [_import(row) for row in await session_of(tx).scalars(newest)]

    async def progress(
        self, import_id: UUID, state: ImportState, stage: str, done: int, total: int, *, tx: Transaction
    ) -> None:
        """How far it is."""
        await self._write(import_id, tx, state=state, stage=stage, done=done, total=total)

    async def report(self, import_id: UUID, report: BuildReport, *, tx: Transaction) -> None:
        """A book more serves."""
        row = await session_of(tx).get_one(ImportRow, import_id, populate_existing=True)
        await self._write(import_id, tx, reports=[*row.reports, asdict(report)])

    async def end(
        self, import_id: UUID, state: ImportState, *, message: str = "", code: str = "", tx: Transaction
    ) -> None:
        """Its end, unless it has ended."""
        await self._write(import_id, tx, state=state, message=message, error_code=code, finished_at=_NOW)

    async def reopen(self, import_id: UUID, *, tx: Transaction) -> None:
        """Takes a failure back."""
        failed = update(ImportRow).where(ImportRow.id == import_id, ImportRow.state == ImportState.FAILED)
        again = {"state": ImportState.QUEUED, "message": "", "error_code": "", "finished_at": None}
        await session_of(tx).execute(failed.values(**again))

    @staticmethod
    async def _write(import_id: UUID, tx: Transaction, **values: Any) -> None:
        write = update(ImportRow).where(ImportRow.id == import_id, _UNFINISHED).values(updated_at=_NOW, **values)
        await session_of(tx).execute(write, execution_options={"synchronize_session": False})


def _import(row: ImportRow) -> Import:
    return Import(
        id=ImportId(row.id),
        source=row.source,
        state=row.state,
        stage=row.stage,
        done=row.done,
        total=row.total,
        message=row.message,
        error_code=row.error_code,
        reports=tuple(BuildReport(**report | {"warnings": tuple(report["warnings"])}) for report in row.reports),
        requested_by=row.requested_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        finished_at=row.finished_at,
    )
