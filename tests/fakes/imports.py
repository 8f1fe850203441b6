"""imports in memory: records in a dictionary, run by whatever worker and library they were given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from typing_extensions import override

from modules.book_building.interface import BuildReport, Ticket
from modules.imports.interface import Import, ImportId, Imports, ImportState, UnknownImportError
from modules.imports.pipeline.handler import discard
from modules.imports.service import IMPORT, REEMBED
from modules.kernel.interface import Database, JobId, Transaction, VividlyError
from modules.rag.interface import Rag
from modules.worker.interface import Done, Job, JobHandler, JobOutcome, Lease, Worker
from tests.fakes.rag import FakeRag
from tests.fakes.worker import FakeTransaction, FakeWorker, RevertingDatabase

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class FakeImports(Imports):
    """Imports that are gone with the object. No stages are shown: an import is queued, or has ended."""

    def __init__(
        self, *, database: Database | None = None, worker: Worker | None = None, rag: Rag | None = None
    ) -> None:
        self._database = database or RevertingDatabase()
        self._worker = worker or FakeWorker(database=self._database)
        self._rag = rag or FakeRag()
        self._records: dict[UUID, Import] = {}
        self._options: dict[UUID, dict[str, Any]] = {}

    @override
    async def request(
        self,
        source: Path,
        *,
        requested_by: str,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        discard_source: bool = False,
        tx: Transaction | None = None,
    ) -> ImportId:
        options = {"allow_licences": allow_licences, "accept_quality": accept_quality, "discard_source": discard_source}
        return await self._request(IMPORT, str(Path.cwd() / source), requested_by, options, tx)

    @override
    async def request_reembed(self, *, requested_by: str, tx: Transaction | None = None) -> ImportId:
        return await self._request(REEMBED, "", requested_by, {}, tx)

    @override
    async def status(self, import_id: ImportId) -> Import:
        if import_id not in self._records:
            raise UnknownImportError(f"no import has the id {import_id}; `vividly library imports` lists them")
        return self._records[import_id]

    @override
    async def recent(self, *, limit: int = 50) -> list[Import]:
        return list(reversed(self._records.values()))[:limit]

    @override
    async def cancel(self, import_id: ImportId) -> Import:
        record = await self.status(import_id)
        if record.finished:
            return record
        async with self._database.transaction() as tx:
            await self._worker.cancel(JobId(import_id), tx=tx)
            await self._rag.discard(import_id, tx=tx)
        return self._end(import_id, ImportState.CANCELLED)

    @override
    def handlers(self) -> Mapping[str, JobHandler]:
        handler = _FakeHandler(self)
        return {IMPORT: handler, REEMBED: handler}

    async def _request(
        self, kind: str, source: str, requested_by: str, options: dict[str, Any], tx: Transaction | None
    ) -> ImportId:
        if tx is None:
            async with self._database.transaction() as own:
                import_id = await self._request(kind, source, requested_by, options, own)
            await self._worker.wake(JobId(import_id))
            return import_id
        for record in self._records.values():
            if record.source == source and not record.finished:
                return record.id
        record = _queued(ImportId(uuid4()), source, requested_by)
        self._records[record.id], self._options[record.id] = record, options
        if isinstance(tx, FakeTransaction):
            tx.on_rollback(lambda: _forget(self._records, record.id))
        await self._worker.enqueue(kind, b"", tx=tx, job_id=JobId(record.id))
        return record.id

    async def run(self, import_id: UUID) -> None:
        """The work of an import's job."""
        record, options = self._records[import_id], self._options[import_id]
        ticket = _FakeTicket(import_id)
        try:
            if record.source:
                allowed, accepted = options["allow_licences"], options["accept_quality"]
                source = Path(record.source)
                await self._rag.ingest(source, allow_licences=allowed, accept_quality=accepted, ticket=ticket)
            else:
                await self._rag.reembed(ticket=ticket)
        except VividlyError as error:
            if error.retryable:
                raise
            self._end(import_id, ImportState.FAILED, message=str(error), error_code=error.code)
        else:
            self._end(import_id, ImportState.DONE, reports=tuple(ticket.reports))

    def find(self, import_id: UUID, *, reopened: bool) -> Import | None:
        """The record, if there is one; `reopened`: as it was before it failed."""
        record = self._records.get(import_id)
        if record and reopened and record.state is ImportState.FAILED:
            self._records[import_id] = record = _queued(record.id, record.source, record.requested_by)
        return record

    def fail(self, import_id: UUID, message: str, code: str) -> None:
        """The end of an import whose job was given up."""
        self._end(import_id, ImportState.FAILED, message=message, error_code=code)

    def _end(self, import_id: UUID, state: ImportState, **facts: Any) -> Import:
        record = replace(self._records[import_id], state=state, finished_at=_NOW, **facts)
        self._records[import_id] = record
        discard(record, self._options[import_id])
        return record


class _FakeHandler(JobHandler):
    def __init__(self, imports: FakeImports) -> None:
        self._imports = imports

    @override
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        record = self._imports.find(job.id, reopened=job.replayed)
        if record and not record.finished:
            await self._imports.run(job.id)
        return Done()

    @override
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        self._imports.fail(job.id, message, reason)


class _FakeTicket(Ticket):
    def __init__(self, import_id: UUID) -> None:
        self.id = import_id
        self.finished: Collection[str] = ()
        self.reports: list[BuildReport] = []

    @override
    async def hold(self, *, tx: Transaction) -> None:
        """Always held: the fake worker runs one job at a time."""

    @override
    async def switched(self, report: BuildReport | None, *, last: bool, tx: Transaction) -> None:
        if report:
            self.reports.append(report)


def _queued(import_id: ImportId, source: str, requested_by: str) -> Import:
    return Import(
        id=import_id,
        source=source,
        state=ImportState.QUEUED,
        stage="",
        done=0,
        total=0,
        message="",
        error_code="",
        reports=(),
        requested_by=requested_by,
        created_at=_NOW,
        updated_at=_NOW,
        finished_at=None,
    )


def _forget(records: dict[UUID, Import], import_id: UUID) -> None:
    del records[import_id]
