"""What every Imports does, the real one and the fake."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from modules.imports.interface import ImportId, Imports, ImportState, UnknownImportError
from modules.kernel.interface import Database
from modules.rag.interface import Rag
from modules.worker.interface import RunMode, Worker
from tests.contracts.rag import PITFALLS, SMALL, revised


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Imports, and what they work with."""

    imports: Imports
    worker: Worker
    rag: Rag
    database: Database

    async def drain(self) -> int:
        """Runs every job that is due."""
        return await self.worker.run(self.imports.handlers(), mode=RunMode.DRAIN, stop=asyncio.Event())


class ImportsContract:
    """Subclasses give the fixture `desk`, with an empty library."""

    async def test_an_import_is_queued_and_becomes_a_book(self, desk: Desk) -> None:
        import_id = await desk.imports.request(SMALL, requested_by="cli")
        queued = await desk.imports.status(import_id)
        assert (queued.state, queued.finished, queued.finished_at) == (ImportState.QUEUED, False, None)
        assert (queued.id, queued.source, queued.requested_by) == (import_id, str(SMALL), "cli")
        assert await desk.rag.books() == []
        assert await desk.drain() == 1
        record = await desk.imports.status(import_id)
        assert (record.state, record.finished, record.message) == (ImportState.DONE, True, "")
        assert record.finished_at is not None
        (report,) = record.reports
        assert (report.slug, report.revision, report.imported, report.unchanged) == ("small", "2", 3, 0)
        assert report.passages == report.embedded > 0
        assert [book.slug for book in await desk.rag.books()] == ["small"]
        assert await desk.worker.dead_letters() == []

    async def test_the_same_unfinished_source_is_one_import(self, desk: Desk) -> None:
        one = await desk.imports.request(SMALL, requested_by="a")
        assert await desk.imports.request(SMALL, requested_by="b") == one
        await desk.drain()
        two = await desk.imports.request(SMALL, requested_by="a")
        assert two != one
        other = await desk.imports.request(PITFALLS, requested_by="a")
        assert [record.id for record in await desk.imports.recent()] == [other, two, one]
        assert [record.id for record in await desk.imports.recent(limit=1)] == [other]

    async def test_what_was_asked_in_a_transaction_that_failed_was_not_asked(self, desk: Desk) -> None:
        async def asked() -> None:
            async with desk.database.transaction() as tx:
                await desk.imports.request(SMALL, requested_by="cli", tx=tx)
                raise KeyError("another reason")

        with pytest.raises(KeyError, match="another reason"):
            await asked()
        assert await desk.imports.recent() == []
        assert await desk.drain() == 0

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"licence": "CC BY-NC 4.0"}, "textbooks.licence_refused"),
            ({"text": "cafÃ© aprÃ¨s", "everywhere": True}, "book_building.quality_refused"),
            (None, "textbooks.source_not_found"),
        ],
    )
    async def test_what_is_refused_fails_with_a_sentence(
        self, desk: Desk, tmp_path: Path, change: "dict[str, object] | None", code: str
    ) -> None:
        source = tmp_path if change is None else revised(tmp_path, **change)  # type: ignore[arg-type]
        import_id = await desk.imports.request(source, requested_by="cli")
        assert await desk.drain() == 1
        record = await desk.imports.status(import_id)
        assert (record.state, record.error_code, record.reports) == (ImportState.FAILED, code, ())
        assert record.message
        assert record.finished_at is not None
        assert await desk.rag.books() == []
        assert await desk.worker.dead_letters() == []

    async def test_what_the_operator_allows_is_taken(self, desk: Desk, tmp_path: Path) -> None:
        poor = revised(tmp_path, text="cafÃ© aprÃ¨s", everywhere=True, licence="CC BY-NC 4.0")
        import_id = await desk.imports.request(
            poor, requested_by="cli", allow_licences=["CC BY-NC"], accept_quality=True
        )
        await desk.drain()
        assert (await desk.imports.status(import_id)).state is ImportState.DONE
        (edition,) = (await desk.rag.book("small")).editions
        assert (edition.license_allowed_by_name, edition.quality_accepted) == ("CC BY-NC", True)

    @pytest.mark.parametrize("given_away", [True, False])
    async def test_a_file_that_was_given_away_goes_when_its_import_has_ended(
        self, desk: Desk, tmp_path: Path, given_away: bool
    ) -> None:
        for ending in (desk.drain, None):
            upload = tmp_path / "own" / "upload.zip"
            upload.parent.mkdir(exist_ok=True)
            upload.write_bytes(b"no book")
            import_id = await desk.imports.request(upload, requested_by="x", discard_source=given_away)
            await (ending() if ending else desk.imports.cancel(import_id))
            assert (await desk.imports.status(import_id)).finished
            assert upload.exists() == upload.parent.exists() != given_away

    async def test_a_queued_import_is_cancelled_for_ever(self, desk: Desk) -> None:
        import_id = await desk.imports.request(SMALL, requested_by="cli")
        record = await desk.imports.cancel(import_id)
        assert (record.state, record.finished, record.reports) == (ImportState.CANCELLED, True, ())
        assert await desk.drain() == 0
        assert await desk.imports.cancel(import_id) == record == await desk.imports.status(import_id)
        assert await desk.rag.books() == []

    async def test_what_has_ended_is_not_cancelled(self, desk: Desk) -> None:
        import_id = await desk.imports.request(SMALL, requested_by="cli")
        await desk.drain()
        assert (await desk.imports.cancel(import_id)).state is ImportState.DONE
        assert len(await desk.rag.books()) == 1

    async def test_new_vectors_are_an_import_without_a_source(self, desk: Desk) -> None:
        await desk.rag.ingest(SMALL)
        import_id = await desk.imports.request_reembed(requested_by="cli")
        assert await desk.imports.request_reembed(requested_by="cli") == import_id
        await desk.drain()
        record = await desk.imports.status(import_id)
        assert (record.state, record.source, record.reports) == (ImportState.DONE, "", ())

    async def test_an_unknown_import_is_refused(self, desk: Desk) -> None:
        unknown = ImportId(uuid4())
        for call in (desk.imports.status(unknown), desk.imports.cancel(unknown)):
            with pytest.raises(UnknownImportError, match=str(unknown)):
                await call
        assert await desk.imports.recent() == []
