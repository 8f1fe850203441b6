"""SIGKILL at every stage of an import, and what stands in the end."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from modules.imports.interface import ImportState
from modules.kernel.interface import Database
from tests.architecture.source_tree import ROOT
from tests.contracts.rag import SMALL, revised
from tests.modules.imports.import_worker import built
from tests.modules.rag.quick_embedder import QuickEmbedder
from tests.modules.rag.test_rag_editions import is_sound
from tests.modules.rag.test_rag_import import rows

pytestmark = pytest.mark.postgres
# In the order of an import, and twice where most of the work is.
KILLS = (("begin", 1), ("store", 3), ("store", 3), ("vectors", 2), ("vectors", 2), ("switch", 1), ("end", 1))
STANDS = """
SELECT e.state, e.revision, s.topic_id, m.position, m.number, s.content_hash, s.live, p.position, p.kind, p.text,
       p.live, v.vector::text, v.live
FROM rag.edition e JOIN rag.edition_section m ON m.edition_id = e.id JOIN rag.section s ON s.id = m.section_id
JOIN rag.passage p ON p.section_id = s.id LEFT JOIN rag.embedding v ON v.passage_id = p.id
ORDER BY e.revision, m.position, p.position
"""
STORED = "SELECT 's', id FROM rag.section UNION ALL SELECT 'v', passage_id FROM rag.embedding"
COUNTS = """
SELECT (SELECT count(*) FROM rag.edition), (SELECT count(*) FROM rag.section), (SELECT count(*) FROM rag.passage),
       (SELECT count(*) FROM rag.embedding), (SELECT count(*) FROM rag.lexeme)
"""


def longer(folder: Path) -> Path:
    """A revision with work for several batches."""
    book = revised(folder)
    for number in range(2, 12):
        terms = "\n".join(f"- **pull {number}.{of}**: a pull of {number}.{of} newtons." for of in range(12))
        page = book / "forces" / f"{number:02}-force-{number}.md"
        page.write_text(f"# Force {number}\n\nForce number {number} pulls.\n\n## Key terms\n{terms}\n")
    return book


def run(url: str, point: str, number: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.modules.imports.import_worker", url, point, str(number)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


async def test_an_import_killed_in_every_stage_ends_as_one_that_was_not(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    rag, _, imports = built(database, QuickEmbedder())
    await rag.ingest(SMALL)
    version = await rag.corpus_version()
    book = longer(tmp_path)
    import_id = await imports.request(book, requested_by="test")
    kept: list[tuple[object, ...]] = []
    for point, number in KILLS:
        process = await asyncio.to_thread(run, database_url, point, number)
        _, error = await asyncio.to_thread(process.communicate, timeout=60)
        assert process.returncode == -signal.SIGKILL, (point, error)
        assert await rag.corpus_version() == version
        assert await is_sound(database)
        stored = await rows(database, STORED)
        # What was committed stays: nothing is written a second time under another id.
        assert set(kept) <= set(stored)
        kept = stored
        await asyncio.sleep(1.1)  # the dead worker's lease
    process = await asyncio.to_thread(run, database_url, "", 0)
    await asyncio.to_thread(process.communicate, timeout=60)
    record = await imports.status(import_id)
    assert (record.state, record.message) == (ImportState.DONE, "")
    assert [(report.imported, report.unchanged) for report in record.reports] == [(11, 2)]
    assert await is_sound(database)
    stands, counts = await rows(database, STANDS), await rows(database, COUNTS)
    version = await rag.corpus_version()

    await rag.retire("small")
    await rag.ingest(SMALL)
    (report,) = await rag.ingest(book)
    assert (report.imported, report.unchanged) == (11, 2)
    assert await rows(database, STANDS) == stands
    assert await rows(database, COUNTS) == counts
    assert await rag.corpus_version() == version
