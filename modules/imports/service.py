"""The use cases of imports."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from typing_extensions import override

from modules.imports.interface import Import, ImportId, Imports, ImportState, UnknownImportError
from modules.imports.pipeline.handler import ImportHandler, discard
from modules.imports.repository import ImportRepository
from modules.kernel.interface import Database, JobId, Transaction
from modules.rag.interface import Rag
from modules.worker.interface import JobHandler, Worker

IMPORT: Final = "library_import"
REEMBED: Final = "library_reembed"


class ImportsService(Imports):
    """Imports as jobs of the worker; an import's id is its job's."""

    def __init__(self, *, database: Database, worker: Worker, rag: Rag, imports: ImportRepository) -> None:
        self._database = database
        self._worker = worker
        self._rag = rag
        self._imports = imports

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
        options = {
            "allow_licences": list(allow_licences),
            "accept_quality": accept_quality,
            "discard_source": discard_source,
        }
        return await self._request(IMPORT, str(Path.cwd() / source), options, requested_by, tx)

    @override
    async def request_reembed(self, *, requested_by: str, tx: Transaction | None = None) -> ImportId:
        return await self._request(REEMBED, "", {}, requested_by, tx)

    @override
    async def status(self, import_id: ImportId) -> Import:
        async with self._database.transaction() as tx:
            return await self._known(import_id, tx)

    @override
    async def recent(self, *, limit: int = 50) -> list[Import]:
        async with self._database.transaction() as tx:
            return await self._imports.recent(limit, tx=tx)

    @override
    async def cancel(self, import_id: ImportId) -> Import:
        async with self._database.transaction() as tx:
            # The job first, as its handler does; from here on it writes nothing.
            await self._worker.cancel(JobId(import_id), tx=tx)
            record = await self._known(import_id, tx)
            if record.finished:
                return record
            await self._rag.discard(import_id, tx=tx)
            await self._imports.end(import_id, ImportState.CANCELLED, tx=tx)
            options = await self._imports.options(import_id, tx=tx)
            record = await self._known(import_id, tx)
        await self._worker.wake(JobId(import_id))
        discard(record, options)
        return record

    @override
    def handlers(self) -> Mapping[str, JobHandler]:
        handler = ImportHandler(database=self._database, rag=self._rag, imports=self._imports)
        return {IMPORT: handler, REEMBED: handler}

    async def _request(
        self, kind: str, source: str, options: Mapping[str, Any], requested_by: str, tx: Transaction | None
    ) -> ImportId:
        if tx is None:
            async with self._database.transaction() as own:
                import_id = await self._request(kind, source, options, requested_by, own)
            await self._worker.wake(JobId(import_id))
            return import_id
        fresh = ImportId(uuid4())
        import_id = await self._imports.add(fresh, source, options, requested_by, tx=tx)
        if import_id == fresh:
            await self._worker.enqueue(kind, b"", tx=tx, job_id=JobId(import_id))
        return import_id

    async def _known(self, import_id: ImportId, tx: Transaction) -> Import:
        record = await self._imports.find(import_id, tx=tx)
        if record is None:
            raise UnknownImportError(f"no import has the id {import_id}; `vividly library imports` lists them")
        return record
