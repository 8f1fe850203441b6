"""imports: the import of books, and of new vectors, as jobs that outlive whatever dies.

Depends on: kernel, book_building, rag, textbooks, worker. Owns PostgreSQL schema: imports.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol
from uuid import UUID

from modules.book_building.interface import BuildReport as BuildReport
from modules.kernel.interface import Transaction, VividlyError
from modules.worker.interface import JobHandler

ImportId = NewType("ImportId", UUID)


class ImportsError(VividlyError):
    """An import cannot do what it was asked."""

    code = "imports.error"


class UnknownImportError(ImportsError):
    """No import has this id."""

    code = "imports.unknown_import"


class ImportState(StrEnum):
    """Where an import stands; the last three are for ever, but a failed one may be replayed by an operator."""

    QUEUED = "queued"
    READING = "reading"
    BUILDING = "building"
    EMBEDDING = "embedding"
    SWITCHING = "switching"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINISHED_STATES = frozenset({ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import.

    Attributes:
        source: path of the folder or file; empty when new vectors are computed for what stands.
        stage: what is being done, in words; `done` of `total` parts of it are.
        message: why it failed, a sentence for the operator. error_code: of the error, stable.
        reports: one for each book that serves now because of it.
        requested_by: whoever asked: a person's id, or `cli`.
    """

    id: ImportId
    source: str
    state: ImportState
    stage: str
    done: int
    total: int
    message: str
    error_code: str
    reports: tuple[BuildReport, ...]
    requested_by: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        """Whether it has ended, however it ended."""
        return self.state in FINISHED_STATES


class Imports(Protocol):
    """Imports as jobs."""

    @abstractmethod
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
        """Queues the import of every book of a source; the same unfinished source twice is one import.

        `discard_source`: the file, and the folder that holds only it, go when the import has ended.
        Within `tx` the worker is not woken.
        """

    @abstractmethod
    async def request_reembed(self, *, requested_by: str, tx: Transaction | None = None) -> ImportId:
        """Queues the computing of this embedder's vectors for the whole library; unfinished, it is queued once."""

    @abstractmethod
    async def status(self, import_id: ImportId) -> Import:
        """Where it stands. Raises UnknownImportError."""

    @abstractmethod
    async def recent(self, *, limit: int = 50) -> list[Import]:
        """Newest first."""

    @abstractmethod
    async def cancel(self, import_id: ImportId) -> Import:
        """Ends it within one batch: what served goes on serving, nothing half-made is left.

        Nothing happens to one that has ended. Raises UnknownImportError.
        """

    @abstractmethod
    def handlers(self) -> Mapping[str, JobHandler]:
        """What a worker needs to run imports, by kind of job."""
