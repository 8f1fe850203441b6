"""Imports on PostgreSQL with a real worker: done, refused, tried again, cancelled."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from typing_extensions import override

from modules.imports.interface import BuildReport, Imports, ImportState
from modules.imports.repository import ImportRepository
from modules.integrations.interface import EngineFailedError, UnknownPriceError
from modules.kernel.interface import Database
from modules.worker.interface import RunMode, Worker
from tests.contracts.rag import SMALL, revised
from tests.modules.imports.import_worker import built
from tests.modules.rag.quick_embedder import HeldEmbedder, QuickEmbedder
from tests.modules.rag.test_rag_editions import everything
from tests.modules.rag.test_rag_import import OtherEmbedder, rows

pytestmark = pytest.mark.postgres


async def drain(worker: Worker, imports: Imports) -> int:
    return await worker.run(imports.handlers(), mode=RunMode.DRAIN, stop=asyncio.Event())


class FailingEmbedder(QuickEmbedder):
    """Says when it has failed."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = asyncio.Event()

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.fault:
            self.refused.set()
        return await super().embed(texts)


async def test_the_same_source_asked_twice_at_once_is_one_import(database: Database) -> None:
    _, worker, imports = built(database, QuickEmbedder())
    one, two = await asyncio.gather(imports.request(SMALL, requested_by="a"), imports.request(SMALL, requested_by="b"))
    assert one == two
    await drain(worker, imports)
    assert await imports.request(SMALL, requested_by="a") != one
    assert [record.id == one for record in await imports.recent()] == [False, True]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"licence": "CC BY-SA 4.0"}, "book_building.licence_changed"),
        ({"licence": "CC BY-NC 4.0"}, "textbooks.licence_refused"),
        ({"text": "cafÃ© aprÃ¨s", "everywhere": True}, "book_building.quality_refused"),
        (None, "textbooks.source_not_found"),
    ],
)
async def test_what_is_refused_fails_at_once_and_changes_nothing(
    database: Database, tmp_path: Path, change: "dict[str, object] | None", code: str
) -> None:
    rag, worker, imports = built(database, QuickEmbedder())
    await rag.ingest(SMALL)
    stood = await everything(database)
    source = tmp_path if change is None else revised(tmp_path, **change)  # type: ignore[arg-type]
    import_id = await imports.request(source, requested_by="cli")
    assert await drain(worker, imports) == 1
    record = await imports.status(import_id)
    assert (record.state, record.error_code, record.reports) == (ImportState.FAILED, code, ())
    assert record.message
    assert await everything(database) == stood
    assert await worker.dead_letters() == []


async def test_what_fails_half_way_leaves_nothing_half(database: Database, tmp_path: Path) -> None:
    embedder = QuickEmbedder()
    rag, worker, imports = built(database, embedder)
    await rag.ingest(SMALL)
    stood = await everything(database)
    embedder.fault = UnknownPriceError("a fault that no other try will mend")
    import_id = await imports.request(revised(tmp_path), requested_by="cli")
    assert await drain(worker, imports) == 1
    record = await imports.status(import_id)
    assert (record.state, record.error_code) == (ImportState.FAILED, "integrations.unknown_price")
    assert await everything(database) == stood


async def test_an_import_that_is_gone_on_with_leaves_out_the_books_that_serve(database: Database) -> None:
    _, worker, imports = built(database, QuickEmbedder())
    import_id = await imports.request(SMALL, requested_by="cli")
    done = BuildReport(
        slug="small", title="S", revision="2", sections=3, imported=3, unchanged=0, passages=9, embedded=9
    )
    async with database.transaction() as tx:
        await ImportRepository().report(import_id, done, tx=tx)
    await drain(worker, imports)
    record = await imports.status(import_id)
    assert (record.state, record.reports) == (ImportState.DONE, (done,))


async def test_a_transient_fault_is_tried_again(database: Database) -> None:
    embedder = FailingEmbedder()
    embedder.fault = EngineFailedError("out of breath")
    _, worker, imports = built(database, embedder)
    import_id = await imports.request(SMALL, requested_by="cli")
    draining = asyncio.create_task(drain(worker, imports))
    await embedder.refused.wait()
    embedder.fault = None
    assert await draining == 2
    assert (await imports.status(import_id)).state is ImportState.DONE


async def test_a_cancelled_import_leaves_what_served_and_nothing_half(database: Database, tmp_path: Path) -> None:
    embedder = HeldEmbedder()
    embedder.go.set()
    rag, worker, imports = built(database, embedder)
    await rag.ingest(SMALL)
    stood = await everything(database)
    embedder.go.clear()
    embedder.reached.clear()
    import_id = await imports.request(revised(tmp_path), requested_by="cli")
    draining = asyncio.create_task(drain(worker, imports))
    await embedder.reached.wait()
    assert await everything(database) != stood
    record = await imports.cancel(import_id)
    assert record.state is ImportState.CANCELLED
    assert await everything(database) == stood
    embedder.go.set()
    await draining
    assert await everything(database) == stood
    assert (await imports.status(import_id)).state is ImportState.CANCELLED
    assert await imports.cancel(import_id) == record


async def test_a_stopped_worker_hands_the_import_on(database: Database) -> None:
    embedder = HeldEmbedder()
    rag, worker, imports = built(database, embedder)
    import_id = await imports.request(SMALL, requested_by="cli")
    draining = asyncio.create_task(drain(worker, imports))
    await embedder.reached.wait()
    draining.cancel()
    with suppress(asyncio.CancelledError):
        await draining
    assert not (await imports.status(import_id)).finished
    embedder.go.set()
    await drain(worker, imports)
    assert (await imports.status(import_id)).state is ImportState.DONE
    assert len(await rag.books()) == 1


async def test_new_vectors_are_an_import_too(database: Database) -> None:
    rag, _, _ = built(database, QuickEmbedder())
    await rag.ingest(SMALL)
    other, worker, imports = built(database, OtherEmbedder())
    import_id = await imports.request_reembed(requested_by="cli")
    assert await imports.request_reembed(requested_by="cli") == import_id
    await drain(worker, imports)
    record = await imports.status(import_id)
    assert (record.state, record.source) == (ImportState.DONE, "")
    await other.check()
    assert await rows(database, "SELECT DISTINCT embedder FROM rag.embedding") == [("fake/other",)]
