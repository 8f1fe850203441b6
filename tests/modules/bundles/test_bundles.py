"""Bundles: what goes out comes in; what was damaged or made by somebody else is refused before a word is written."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from modules.bundles.factory import create_bundles
from modules.bundles.interface import BrokenBundleError, BundleError, Bundles
from modules.chunking.factory import create_chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.rag.interface import LicenceChangedError, LicenceRefusedError, Rag, UnknownBookError
from modules.textbooks.factory import create_textbooks
from tests.contracts.rag import PITFALLS, SMALL, revised
from tests.fakes.rag import FakeRag
from tests.modules.rag.quick_embedder import QuickEmbedder
from tests.modules.rag.test_rag_import import OtherEmbedder, library, rows


def bundles_of(rag: Rag, embedder: Embedder) -> Bundles:
    return create_bundles(rag=rag, embedder=embedder, textbooks=create_textbooks(), chunking=create_chunking())


@pytest.fixture
async def bundle(tmp_path: Path) -> Path:
    """Two books of a library in memory."""
    rag = FakeRag()
    await rag.ingest(SMALL)
    await rag.ingest(PITFALLS)
    path = tmp_path / "two.bundle"
    books = await bundles_of(rag, QuickEmbedder()).export(path)
    assert [book.slug for book in books] == ["small", "pitfalls"]
    return path


def rewritten(bundle: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The bundle, each member changed or left out."""
    path = bundle.with_name("changed.bundle")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return path


@pytest.mark.postgres
async def test_what_goes_out_comes_in_without_being_computed(database: Database, tmp_path: Path) -> None:
    embedder = QuickEmbedder()
    rag = library(database, embedder)
    await rag.ingest(SMALL)
    await rag.ingest(PITFALLS)
    held = "SELECT p.text, e.vector::text FROM rag.passage p JOIN rag.embedding e ON e.passage_id = p.id ORDER BY 1"
    version, vectors = await rag.corpus_version(), await rows(database, held)
    path = tmp_path / "all.bundle"
    await bundles_of(rag, embedder).export(path)
    for book in await rag.books():
        await rag.retire(book.slug)
    embedder.texts.clear()
    reports = await bundles_of(rag, embedder).load(path)
    assert [(report.book.slug, report.warnings) for report in reports] == [("small", ()), ("pitfalls", ())]
    assert embedder.texts == []
    assert (await rag.corpus_version(), await rows(database, held)) == (version, vectors)
    (again, _) = await bundles_of(rag, embedder).load(path)
    assert (again.imported, again.unchanged) == (0, 3)


@pytest.mark.postgres
async def test_vectors_of_another_embedder_are_computed_anew(database: Database, tmp_path: Path) -> None:
    rag = library(database, QuickEmbedder())
    await rag.ingest(SMALL)
    await bundles_of(rag, QuickEmbedder()).export(tmp_path / "a.bundle")
    await rag.retire("small")
    other = OtherEmbedder()
    (report,) = await bundles_of(library(database, other), other).load(tmp_path / "a.bundle")
    assert len(other.texts) == report.embedded == report.passages
    assert "fake/bag-of-words" in report.warnings[0]


async def test_the_gates_are_those_of_an_import(tmp_path: Path) -> None:
    out, into = FakeRag(), FakeRag()
    await out.ingest(revised(tmp_path, licence="CC BY-SA 4.0"))
    path = tmp_path / "sa.bundle"
    await bundles_of(out, QuickEmbedder()).export(path)
    await into.ingest(SMALL)
    with pytest.raises(LicenceChangedError):
        await bundles_of(into, QuickEmbedder()).load(path)
    closed = FakeRag()
    await closed.ingest(revised(tmp_path / "closed", licence="CC BY-NC 4.0"), allow_licences=["CC BY-NC"])
    await bundles_of(closed, QuickEmbedder()).export(path)
    with pytest.raises(LicenceRefusedError):
        await bundles_of(FakeRag(), QuickEmbedder()).load(path)


async def test_a_book_that_is_not_there_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownBookError):
        await bundles_of(FakeRag(), QuickEmbedder()).export(tmp_path / "x.bundle", slugs=["nothing"])
    with pytest.raises(BundleError):
        await bundles_of(FakeRag(), QuickEmbedder()).export(tmp_path / "nowhere" / "x.bundle")
    assert list(tmp_path.iterdir()) == []


def flip(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, content: flip(content) if name == "books/0001.f16" else content, "damaged or changed"),
        (lambda name, content: flip(content) if name == "books/0000.jsonl" else content, "damaged or changed"),
        (lambda name, content: None if name == "books/0001.jsonl" else content, "does not hold what"),
        (lambda name, content: None if name == "manifest.json" else content, "no manifest"),
        (lambda name, content: b"[]" if name == "manifest.json" else content, "no manifest"),
        (
            lambda name, content: content.replace(b'"format": 1', b'"format": 9') if "manifest" in name else content,
            "the format 9",
        ),
        (
            lambda name, content: (
                content.replace(b'"dimension": 384', b'"dimension": "x"') if "manifest" in name else content
            ),
            "no manifest",
        ),
        (lambda name, content: b"0" * 5_000_000 if name == "books/0000.jsonl" else content, "100 times its size"),
        (lambda name, content: b" " * 5_000_001 if name == "manifest.json" else content, "are allowed"),
    ],
)
async def test_a_bundle_that_is_not_as_it_was_written_is_refused_whole(
    bundle: Path, change: Callable[[str, bytes], bytes | None], said: str
) -> None:
    rag = FakeRag()
    with pytest.raises(BrokenBundleError, match=said):
        await bundles_of(rag, QuickEmbedder()).load(rewritten(bundle, change))
    assert await rag.books() == []


async def test_lines_that_are_no_book_are_refused(bundle: Path) -> None:
    import hashlib

    line = b'{"slug": 3}'

    def change(name: str, content: bytes) -> bytes:
        if name == "books/0000.jsonl":
            return line
        if name == "manifest.json":
            manifest = json.loads(content)
            manifest["members"]["books/0000.jsonl"] = hashlib.sha256(line).hexdigest()
            return json.dumps(manifest).encode()
        return content

    rag = FakeRag()
    with pytest.raises(BrokenBundleError, match="cannot be read"):
        await bundles_of(rag, QuickEmbedder()).load(rewritten(bundle, change))


async def test_a_file_that_is_cut_short_or_none_is_refused(bundle: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.bundle"
    cut.write_bytes(bundle.read_bytes()[:-200])
    for path in (cut, tmp_path / "missing.bundle", tmp_path):
        with pytest.raises(BrokenBundleError):
            await bundles_of(FakeRag(), QuickEmbedder()).load(path)
