"""Editions on PostgreSQL: what is shared, what is seen while one is built, and how one goes back or away."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from modules.kernel.interface import Database, TopicId, Transaction
from modules.rag.interface import EditionState, IngestReport, LicenceChangedError, QualityRefusedError, Rag, Ticket
from modules.rag.repository import SearchRepository
from modules.worker.interface import LeaseLostError
from tests.contracts.rag import PHOTOSYNTHESIS, SMALL, revised
from tests.modules.rag.quick_embedder import HeldEmbedder, QuickEmbedder
from tests.modules.rag.test_rag_import import OtherEmbedder, identities, library, rows

pytestmark = pytest.mark.postgres
LIVE_AS_SERVED = """
SELECT count(*) FILTER (WHERE s.live <> coalesce(served.yes, false)), count(*) FILTER (WHERE p.live <> s.live),
       count(*) FILTER (WHERE e.live <> (p.live AND e.embedder = (SELECT embedder FROM rag.index_state)))
FROM rag.section s LEFT JOIN (
    SELECT m.section_id, true AS yes FROM rag.edition_section m JOIN rag.edition ed ON ed.id = m.edition_id
    WHERE ed.state = 'serving') served ON served.section_id = s.id
JOIN rag.passage p ON p.section_id = s.id LEFT JOIN rag.embedding e ON e.passage_id = p.id
"""
LEXEMES_OFF = """
SELECT count(*) FROM rag.lexeme l FULL JOIN ts_stat('SELECT lexemes FROM rag.passage WHERE live') t ON t.word = l.lexeme
WHERE t.ndoc IS DISTINCT FROM l.passages
"""


async def is_sound(database: Database) -> bool:
    """Live is what serves and nothing else, and the counts are of it."""
    off = await rows(database, LIVE_AS_SERVED) + await rows(database, LEXEMES_OFF)
    return not any(count for row in off for count in row)


async def test_what_is_being_built_is_seen_by_nobody(database: Database, tmp_path: Path) -> None:
    rag = library(database, QuickEmbedder())
    await rag.ingest(SMALL)
    version = await rag.corpus_version()

    class CutOffError(Exception):
        """The process dies here."""

    def watch(stage: str, _done: int, _total: int) -> None:
        if stage == "switching":
            raise CutOffError

    newer = revised(tmp_path)
    with pytest.raises(CutOffError):
        await rag.ingest(newer, on_progress=watch)
    assert await rag.corpus_version() == version
    # The section that has changed stands twice now: the search finds the live one alone.
    assert (await rag.match("Explain photosynthesis")).candidates[0].topic.id == PHOTOSYNTHESIS
    async with database.transaction() as tx:
        found = await SearchRepository().sections("photosynthesis sugar", 2, None, scope=None, tx=tx)
    live = {row[0] for row in await rows(database, "SELECT id FROM rag.section WHERE live")}
    assert {one.section_id for one in found} <= live
    assert not any("zooplankton" in passage.text for passage in await rag.search("zooplankton"))
    assert (await rag.match("What is zooplankton?")).covered is False
    assert [edition.state for edition in (await rag.book("small")).editions] == [
        EditionState.SERVING,
        EditionState.BUILDING,
    ]
    assert await is_sound(database)
    await rag.ingest(newer)
    assert "zooplankton" in (await rag.search("zooplankton"))[0].text
    assert await rag.corpus_version() != version
    assert await is_sound(database)


async def test_unchanged_sections_are_shared_and_only_changed_passages_are_embedded(
    database: Database, tmp_path: Path
) -> None:
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    await rag.ingest(SMALL)
    before = await identities(rag)
    embedder.texts.clear()
    (report,) = await rag.ingest(revised(tmp_path))
    assert (report.imported, report.unchanged) == (1, 2)
    assert len(embedder.texts) == 1
    assert "zooplankton" in embedder.texts[0]
    after = await identities(rag)
    others = {passage.text for topic in await rag.topics() if topic.id != PHOTOSYNTHESIS
              for passage in await rag.passages(topic.id)}  # fmt: skip
    assert {text: after[text] for text in others} == {text: before[text] for text in others}


async def test_a_section_that_only_moved_is_not_embedded_again(database: Database, tmp_path: Path) -> None:
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    await rag.ingest(SMALL)
    version, before = await rag.corpus_version(), await identities(rag)
    book = revised(tmp_path, text=None)
    toml = (book / "book.toml").read_text()
    (book / "book.toml").write_text(toml.replace('title = "Plants"', 'title = "Green Plants"'))
    embedder.texts.clear()
    (report,) = await rag.ingest(book)
    assert (report.imported, report.unchanged, embedder.texts) == (0, 3, [])
    assert (await rag.topic(PHOTOSYNTHESIS)).chapter == "1 Green Plants"
    assert await rag.corpus_version() != version
    assert await identities(rag) == before


async def test_an_edition_goes_back_and_away(database: Database, tmp_path: Path) -> None:
    rag = library(database, QuickEmbedder())
    await rag.ingest(SMALL)
    version, before = await rag.corpus_version(), await identities(rag)
    await rag.ingest(revised(tmp_path))
    newer = await rag.corpus_version()
    await rag.switch_back("small", "2")
    assert (await rag.corpus_version(), await identities(rag)) == (version, before)
    assert await is_sound(database)
    await rag.switch_back("small", "3")
    assert await rag.corpus_version() == newer
    await rag.retire("small", "2")
    assert [edition.revision for edition in (await rag.book("small")).editions] == ["3"]
    assert await rows(database, "SELECT count(*) FROM rag.section") == [(3,)]
    assert await is_sound(database)
    await rag.retire("small")
    assert await rag.books() == []
    assert await rows(database, "SELECT count(*) FROM rag.passage") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM rag.lexeme") == [(0,)]


async def test_a_refused_revision_leaves_the_library_as_it_was(database: Database, tmp_path: Path) -> None:
    rag = library(database, QuickEmbedder())
    await rag.ingest(SMALL)
    stood = await everything(database)
    with pytest.raises(LicenceChangedError, match=r"revision 2 serves under CC BY 4.0, revision 3 .*CC BY-SA 4.0"):
        await rag.ingest(revised(tmp_path / "one", licence="CC BY-SA 4.0"))
    with pytest.raises(QualityRefusedError, match=r"100.0% of the passages cannot be read"):
        await rag.ingest(revised(tmp_path / "two", text="cafÃ© aprÃ¨s", everywhere=True))
    assert await everything(database) == stood


async def everything(database: Database) -> list[list[tuple[object, ...]]]:
    tables = ("book", "edition", "edition_section", "section", "term", "passage", "embedding", "lexeme", "index_state")
    query = "SELECT * FROM rag.{} t ORDER BY t::text"
    return [await rows(database, query.format(table)) for table in tables]


async def test_two_imports_of_one_book_at_once_both_end_well(database: Database) -> None:
    one, two = library(database, QuickEmbedder()), library(database, QuickEmbedder())
    reports = await asyncio.gather(one.ingest(SMALL), two.ingest(SMALL))
    assert [report.sections for (report,) in reports] == [3, 3]
    assert await is_sound(database)
    assert await rows(database, "SELECT count(*) FROM rag.section") == [(3,)]


@dataclass(kw_only=True)
class NotedTicket(Ticket):
    id: UUID = field(default_factory=uuid4)
    finished: set[str] = field(default_factory=set)
    reports: list[IngestReport | None] = field(default_factory=list)

    @override
    async def hold(self, *, tx: Transaction) -> None:
        pass

    @override
    async def switched(self, report: IngestReport | None, *, last: bool, tx: Transaction) -> None:
        self.reports.append(report)


async def test_what_an_import_will_not_finish_can_be_discarded(database: Database, tmp_path: Path) -> None:
    rag, ticket = library(database, QuickEmbedder()), NotedTicket()
    await rag.ingest(SMALL)
    stood = await everything(database)

    class CutOffError(Exception):
        """The process dies here."""

    def cut(stage: str, _done: int, _total: int) -> None:
        if stage == "switching":
            raise CutOffError

    with pytest.raises(CutOffError):
        await rag.ingest(revised(tmp_path), on_progress=cut, ticket=ticket)
    assert await everything(database) != stood
    async with database.transaction() as tx:
        await rag.discard(ticket.id, tx=tx)
    assert await everything(database) == stood


async def test_another_embedder_takes_over_in_one_step(database: Database) -> None:
    old: Rag = library(database, QuickEmbedder())
    await old.ingest(SMALL)
    new = library(database, OtherEmbedder())
    told: list[int] = []

    def watch(_stage: str, done: int, _total: int) -> None:
        told.append(done)

    found = [passage.id for passage in await old.search("which tissue carries water up a plant?")]
    made = await new.reembed(on_progress=watch)
    assert made == (await new.books())[0].passages == (await new.books())[0].embedded
    await new.check()
    assert [passage.id for passage in await new.search("which tissue carries water up a plant?")] == found
    assert await is_sound(database)
    assert await rows(database, "SELECT DISTINCT embedder FROM rag.embedding") == [("fake/other",)]
    assert await new.topic(TopicId(PHOTOSYNTHESIS))


async def test_the_old_vectors_serve_until_the_new_ones_are_all_there(database: Database) -> None:
    old = library(database, QuickEmbedder())
    await old.ingest(SMALL)
    found = await old.search("which tissue carries water up a plant?")

    class StopError(Exception):
        """The process dies here."""

    def cut(_stage: str, done: int, total: int) -> None:
        if done == total:
            raise StopError

    other = OtherEmbedder()
    with pytest.raises(StopError):
        await library(database, other).reembed(on_progress=cut)
    assert await old.search("which tissue carries water up a plant?") == found
    assert await is_sound(database)
    other.texts.clear()
    await library(database, other).reembed()
    assert other.texts == []


async def test_an_import_that_was_overtaken_still_serves_what_it_read(database: Database, tmp_path: Path) -> None:
    held = HeldEmbedder()
    slow, quick = library(database, held), library(database, QuickEmbedder())
    importing = asyncio.create_task(slow.ingest(revised(tmp_path)))
    await held.reached.wait()
    await quick.ingest(SMALL)
    assert [edition.revision for edition in (await quick.book("small")).editions] == ["2"]
    held.go.set()
    (report,) = await importing
    assert (report.book.edition, report.imported, report.unchanged) == ("3", 1, 2)
    assert any("zooplankton" in passage.text for passage in await slow.passages(PHOTOSYNTHESIS))
    assert await is_sound(database)


async def test_an_import_whose_place_was_taken_by_a_dead_one_serves_what_it_read(
    database: Database, tmp_path: Path
) -> None:
    class CutOffError(Exception):
        """The process dies here."""

    def cut(stage: str, _done: int, _total: int) -> None:
        if stage == "switching":
            raise CutOffError

    held = HeldEmbedder()
    slow = library(database, held)
    importing = asyncio.create_task(slow.ingest(revised(tmp_path)))
    await held.reached.wait()
    with pytest.raises(CutOffError):
        await library(database, QuickEmbedder()).ingest(SMALL, on_progress=cut)
    held.go.set()
    (report,) = await importing
    assert (report.book.edition, report.embedded) == ("3", report.passages)
    assert any("zooplankton" in passage.text for passage in await slow.passages(PHOTOSYNTHESIS))
    assert await is_sound(database)


@dataclass(kw_only=True)
class LostTicket(NotedTicket):
    """Its job is taken away at the n-th transaction."""

    after: int

    @override
    async def hold(self, *, tx: Transaction) -> None:
        if self.after == 0:
            raise LeaseLostError("another worker has the job")
        self.after -= 1


@pytest.mark.parametrize("after", range(7))
async def test_who_has_lost_the_job_writes_nothing_more(database: Database, after: int) -> None:
    # The transactions of this book: its beginning, three sections, copied vectors, one batch of vectors, the switch.
    rag = library(database, QuickEmbedder())
    with pytest.raises(LeaseLostError):
        await rag.ingest(SMALL, ticket=LostTicket(after=after))
    assert await rag.books() == []
    assert await rows(database, "SELECT count(*) FROM rag.section") == [(min(3, max(0, after - 1)),)]
    assert await rows(database, "SELECT count(*) > 0 FROM rag.embedding") == [(after == 6,)]


async def test_books_that_a_job_has_finished_are_left_out(database: Database) -> None:
    rag = library(database, QuickEmbedder())
    assert await rag.ingest(SMALL, ticket=NotedTicket(finished={"small"})) == []
    assert await rag.books() == []


@dataclass(kw_only=True)
class MeanwhileTicket(NotedTicket):
    """Another import of the book comes and goes before the n-th transaction."""

    rag: Rag
    after: int

    @override
    async def hold(self, *, tx: Transaction) -> None:
        self.after -= 1
        if self.after == 0:
            await self.rag.ingest(SMALL)


@pytest.mark.parametrize("after", [2, 3, 4, 5, 6, 7])
async def test_nothing_is_built_into_an_edition_that_serves(database: Database, tmp_path: Path, after: int) -> None:
    other = library(database, QuickEmbedder())
    rag = library(database, QuickEmbedder())
    (report,) = await rag.ingest(revised(tmp_path), ticket=MeanwhileTicket(rag=other, after=after))
    assert (report.book.edition, report.embedded) == ("3", report.passages)
    editions = (await rag.book("small")).editions
    assert [(edition.revision, edition.sections) for edition in editions] == [("3", 3), ("2", 3)]
    assert await is_sound(database)
