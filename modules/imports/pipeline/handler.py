"""Runs an import's job; the library goes on where an earlier run stopped."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from typing_extensions import override

from modules.book_building.interface import EMBEDDING, READING, STORING, SWITCHING, BuildReport, Ticket
from modules.imports.interface import Import, ImportState
from modules.imports.repository import ImportRepository
from modules.kernel.interface import Database, DatabaseUnavailableError, Transaction, VividlyError
from modules.rag.interface import Rag
from modules.worker.interface import DeadLetter, Done, Job, JobHandler, JobOutcome, Lease, LeaseLostError

_log: Final = structlog.get_logger(__name__)
_BEAT_SECONDS: Final = 0.5
_STATES: Final = {
    READING: ImportState.READING,
    STORING: ImportState.BUILDING,
    EMBEDDING: ImportState.EMBEDDING,
    SWITCHING: ImportState.SWITCHING,
}


class ImportHandler(JobHandler):
    """Runs imports, and re-embedding, which is an import without a source."""

    def __init__(self, *, database: Database, rag: Rag, imports: ImportRepository) -> None:
        self._database = database
        self._rag = rag
        self._imports = imports

    @override
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        async with self._database.transaction() as tx:
            await lease.hold(tx=tx)
            if job.replayed:
                await self._imports.reopen(job.id, tx=tx)
            record = await self._imports.find(job.id, tx=tx)
            if record is None:
                return DeadLetter(reason="unknown_import", message="The job names an import that does not exist.")
            options = await self._imports.options(job.id, tx=tx)
        if not record.finished:
            await self._run(record, options, lease)
        discard(record, options)
        return Done()

    @override
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        await self._rag.discard(job.id, tx=tx)
        await self._imports.end(job.id, ImportState.FAILED, message=message, code=reason, tx=tx)

    async def _run(self, record: Import, options: dict[str, Any], lease: Lease) -> None:
        ticket = JobTicket(record=record, lease=lease, imports=self._imports)
        try:
            async with self._telling(record, lease) as told:
                await self._work(record, options, told, ticket)
        except LeaseLostError:
            raise
        except VividlyError as error:
            if error.retryable:
                raise
            _log.warning("import_failed", import_id=str(record.id), code=error.code)
            async with self._database.transaction() as tx:
                await lease.hold(tx=tx)
                await self._rag.discard(record.id, tx=tx)
                await self._imports.end(record.id, ImportState.FAILED, message=str(error), code=error.code, tx=tx)
                await lease.finish(tx=tx)

    async def _work(self, record: Import, options: dict[str, Any], told: "_Latest", ticket: "JobTicket") -> None:
        if not record.source:
            await self._rag.reembed(on_progress=told.show, ticket=ticket)
            return
        await self._rag.ingest(
            Path(record.source),
            allow_licences=options["allow_licences"],
            accept_quality=options["accept_quality"],
            on_progress=told.show,
            ticket=ticket,
        )

    @asynccontextmanager
    async def _telling(self, record: Import, lease: Lease) -> AsyncIterator["_Latest"]:
        """Writes the latest progress twice a second; that it cannot be written changes nothing."""
        latest = _Latest()
        telling = asyncio.create_task(self._tell(record, lease, latest))
        try:
            yield latest
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def _tell(self, record: Import, lease: Lease, latest: "_Latest") -> None:
        with suppress(LeaseLostError):
            while True:
                if progress := latest.taken():
                    with suppress(DatabaseUnavailableError):
                        async with self._database.transaction() as tx:
                            await lease.hold(tx=tx)
                            await self._imports.progress(record.id, *progress, tx=tx)
                await asyncio.sleep(_BEAT_SECONDS)


class JobTicket(Ticket):
    """Ties the library's transactions to the job."""

    def __init__(self, *, record: Import, lease: Lease, imports: ImportRepository) -> None:
        self.id: UUID = record.id
        self.finished: Collection[str] = {report.slug for report in record.reports}
        self._lease = lease
        self._imports = imports

    @override
    async def hold(self, *, tx: Transaction) -> None:
        await self._lease.hold(tx=tx)

    @override
    async def switched(self, report: BuildReport | None, *, last: bool, tx: Transaction) -> None:
        if report:
            await self._imports.report(self.id, report, tx=tx)
        if last:
            await self._imports.end(self.id, ImportState.DONE, tx=tx)
            await self._lease.finish(tx=tx)


class _Latest:
    def __init__(self) -> None:
        self._progress: tuple[ImportState, str, int, int] | None = None

    def show(self, stage: str, done: int, total: int) -> None:
        self._progress = (_STATES.get(stage, ImportState.BUILDING), stage, done, total)

    def taken(self) -> tuple[ImportState, str, int, int] | None:
        progress, self._progress = self._progress, None
        return progress


def discard(record: Import, options: dict[str, Any]) -> None:
    """Removes the source of an import that has ended, when it was given away, and the folder that held only it."""
    if options.get("discard_source"):
        source = Path(record.source)
        source.unlink(missing_ok=True)
        with suppress(OSError):
            source.parent.rmdir()
