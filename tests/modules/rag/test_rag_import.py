"""Imports on PostgreSQL: cut off, run again, changed, mismatched, without an embedder."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from typing_extensions import override

from modules.integrations.interface import EngineFailedError, EngineUnavailableError
from modules.kernel.database import session_of
from modules.kernel.interface import Database, TopicId
from modules.rag.interface import IndexMismatchError, Rag
from tests.contracts.rag import INTERESTS, PHOTOSYNTHESIS, PITFALLS, SMALL
from tests.modules.rag.assembled import assembled
from tests.modules.rag.quick_embedder import QuickEmbedder

pytestmark = pytest.mark.postgres


class CrashingEmbedder(QuickEmbedder):
    """Works for a number of calls, then fails like a killed process."""

    def __init__(self, *, calls: int) -> None:
        super().__init__()
        self.calls = calls

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.calls == 0:
            raise EngineFailedError("killed")
        self.calls -= 1
        return await super().embed(texts)


class OtherEmbedder(QuickEmbedder):
    """Another model, whose vectors must not mix."""

    model_id = "fake/other"


def library(database: Database, embedder: QuickEmbedder) -> Rag:
    return assembled(database, embedder, interests=INTERESTS)


async def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.transaction() as tx:
        return [tuple(row) for row in await session_of(tx).execute(text(query))]


async def identities(rag: Rag) -> dict[str, int]:
    topics = await rag.topics()
    return {passage.text: passage.id for topic in topics for passage in await rag.passages(topic.id)}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the small book, with enough passages for several batches of vectors."""
    folder = Path(shutil.copytree(SMALL, tmp_path / "small"))
    for number in range(2, 10):
        terms = "\n".join(f"- **pull {number}.{of}**: a pull of {number}.{of} newtons." for of in range(12))
        page = folder / "forces" / f"{number:02}-force-{number}.md"
        page.write_text(f"# Force {number}\n\nForce number {number} pulls.\n\n## Key terms\n{terms}\n")
    return folder


async def test_an_import_cut_off_while_embedding_goes_on_where_it_was(database: Database, book: Path) -> None:
    with pytest.raises(EngineFailedError):
        await library(database, CrashingEmbedder(calls=3)).ingest(book)
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    assert await rag.books() == []
    assert await rag.search("photosynthesis") == []
    stored = await rows(database, "SELECT id FROM rag.passage ORDER BY id")
    embedded = await rows(database, "SELECT passage_id FROM rag.embedding WHERE NOT live")
    assert 0 < len(embedded) < len(stored)
    embedder.texts.clear()
    (report,) = await rag.ingest(book)
    assert (report.imported, report.unchanged, report.embedded) == (11, 0, report.passages)
    assert len(embedder.texts) == len(stored) - len(embedded)
    assert await rows(database, "SELECT id FROM rag.passage WHERE live ORDER BY id") == stored


async def test_an_import_cut_off_while_storing_keeps_whole_sections_unseen(database: Database, book: Path) -> None:
    class CutOffError(Exception):
        """The process dies here."""

    def cut(stage: str, done: int, _total: int) -> None:
        if (stage, done) == ("storing sections", 5):
            raise CutOffError

    rag = library(database, QuickEmbedder())
    with pytest.raises(CutOffError):
        await rag.ingest(book, on_progress=cut)
    assert await rag.topics() == []
    stored = await rows(database, "SELECT id FROM rag.section ORDER BY id")
    assert len(stored) == 5
    (report,) = await rag.ingest(book)
    assert (report.imported, report.embedded) == (11, report.passages)
    assert (await rows(database, "SELECT id FROM rag.section ORDER BY id"))[:5] == stored
    assert (await rag.match("What is photosynthesis?")).covered


async def test_a_second_run_asks_the_embedder_for_nothing(database: Database, book: Path) -> None:
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    await rag.ingest(book)
    embedder.texts.clear()
    before = await identities(rag)
    await rag.ingest(book)
    assert embedder.texts == []
    assert await identities(rag) == before


async def test_a_changed_section_renews_itself_alone(database: Database, book: Path) -> None:
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    await rag.ingest(book)
    version, before = await rag.corpus_version(), await identities(rag)
    embedder.texts.clear()
    page = book / "plants" / "01-photosynthesis.md"
    page.write_text(page.read_text().replace("They respire all day.", "They respire all day and all night."))
    (report,) = await rag.ingest(book)
    assert (report.imported, report.unchanged) == (1, 10)
    assert len(embedder.texts) == 1
    assert await rag.corpus_version() != version
    after = await identities(rag)
    unchanged = [topic.id for topic in await rag.topics() if topic.id != PHOTOSYNTHESIS]
    kept = {passage.text: passage.id for topic in unchanged for passage in await rag.passages(topic)}
    assert kept.items() <= before.items()
    assert after.keys() - before.keys() == {text for text in after if "all night" in text}


async def test_a_section_that_the_book_lost_is_removed(database: Database, book: Path) -> None:
    rag = library(database, QuickEmbedder())
    await rag.ingest(book)
    (book / "forces" / "01-friction.md").unlink()
    await rag.ingest(book)
    assert "Friction" not in [topic.title for topic in await rag.topics()]
    assert not any("friction" in passage.text for passage in await rag.search("friction"))


async def test_another_embedder_is_refused(database: Database) -> None:
    await library(database, QuickEmbedder()).ingest(SMALL)
    other = library(database, OtherEmbedder())
    for call in (other.check(), other.match("photosynthesis"), other.search("photosynthesis"), other.ingest(PITFALLS)):
        with pytest.raises(IndexMismatchError, match=r"fake/bag-of-words.*fake/other"):
            await call
    assert [book.slug for book in await other.books()] == ["small"]


async def test_without_weights_the_words_alone_serve_and_vectors_follow_later(database: Database) -> None:
    bare = QuickEmbedder()
    bare.fault = EngineUnavailableError("the weights are not installed; run `pip install weights`")
    rag = library(database, bare)
    (report,) = await rag.ingest(SMALL)
    assert report.embedded == 0
    assert "pip install weights" in report.warnings[0]
    assert (await rag.search("why is chlorophyll green?", limit=1))[0].topic_id == PHOTOSYNTHESIS
    match = await rag.match("Explain photosynthesis with soccer")
    assert (match.covered, match.candidates[0].topic.id) == (True, PHOTOSYNTHESIS)
    assert not (await rag.match("best pizza place")).covered
    (report,) = await library(database, OtherEmbedder()).ingest(SMALL)
    assert (report.imported, report.embedded, report.warnings) == (0, report.passages, ())


async def test_the_starter_library_answers_the_first_question(database: Database) -> None:
    starter = Path(__file__).resolve().parents[3] / "modules" / "rag" / "starter_library"
    rag = library(database, QuickEmbedder())
    (report,) = await rag.ingest(starter)
    assert (report.sections, report.book.license) == (40, "CC BY 4.0")
    match = await rag.match("Explain photosynthesis with basketball")
    assert match.covered
    assert match.candidates[0].topic.id == TopicId("vividly-starter/photosynthesis")
    assert match.candidates[0].topic.subject == "biology"
    # A near neighbour is no answer to a thing that no book names.
    assert not (await rag.match("What is the photoelectric effect?")).covered
    assert not (await rag.match("Explain the first law of thermodynamics")).covered
