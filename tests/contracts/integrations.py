"""What every adapter of a port keeps, the fake and the real one alike."""

import asyncio
import hashlib
import math
from decimal import Decimal
from pathlib import Path

import pytest

from modules.integrations.interface import (
    Blob,
    BlobNotFoundError,
    BlobStore,
    Doorbell,
    Embedder,
    Mailer,
    PriceBook,
    UnknownPriceError,
)
from modules.kernel.interface import Modality

WAIT_SECONDS = 5.0
CONTENT = bytes(range(256)) * 800


def cosine(one: list[float], other: list[float]) -> float:
    """Of two normalised vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))


class BlobStoreContract:
    """Subclasses give the fixture of the adapter."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        path = tmp_path / "lesson.mp4"
        path.write_bytes(CONTENT)
        return path

    async def test_what_is_put_is_described_and_read(self, store: BlobStore, source: Path) -> None:
        put = await store.put("lessons/1/lesson.mp4", source, content_type="video/mp4")
        assert put == Blob(
            key="lessons/1/lesson.mp4",
            size_bytes=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            content_type="video/mp4",
        )
        assert await store.stat("lessons/1/lesson.mp4") == put
        pieces = [piece async for piece in store.read("lessons/1/lesson.mp4")]
        assert b"".join(pieces) == CONTENT
        assert max(len(piece) for piece in pieces) <= 65_536

    @pytest.mark.parametrize(
        ("start", "end"), [(0, 1), (5, 70_000), (204_799, None), (204_800, None), (10, 10), (0, 10**9)]
    )
    async def test_a_range_is_read(self, store: BlobStore, source: Path, start: int, end: int | None) -> None:
        await store.put("a/b.bin", source, content_type="application/octet-stream")
        found = b"".join([piece async for piece in store.read("a/b.bin", start=start, end=end)])
        assert found == CONTENT[start:end]

    async def test_a_second_put_replaces(self, store: BlobStore, source: Path, tmp_path: Path) -> None:
        await store.put("a/b.txt", source, content_type="text/plain")
        other = tmp_path / "other.txt"
        other.write_bytes(b"other")
        await store.put("a/b.txt", other, content_type="text/markdown")
        assert (await store.stat("a/b.txt")).content_type == "text/markdown"
        assert [piece async for piece in store.read("a/b.txt")] == [b"other"]

    async def test_an_unknown_key_is_named(self, store: BlobStore) -> None:
        with pytest.raises(BlobNotFoundError, match="missing"):
            await store.stat("missing")
        with pytest.raises(BlobNotFoundError, match="missing"):
            await anext(aiter(store.read("missing")))

    async def test_delete_removes_and_may_be_repeated(self, store: BlobStore, source: Path) -> None:
        await store.put("a/b.txt", source, content_type="text/plain")
        await store.delete("a/b.txt")
        await store.delete("a/b.txt")
        with pytest.raises(BlobNotFoundError):
            await store.stat("a/b.txt")

    @pytest.mark.parametrize("key", ["", "/etc/passwd", "../secret", "a/../../secret", "a//b", ".hidden", "a/.b"])
    async def test_a_key_never_leaves_the_store(self, store: BlobStore, source: Path, key: str) -> None:
        with pytest.raises(BlobNotFoundError):
            await store.put(key, source, content_type="text/plain")
        with pytest.raises(BlobNotFoundError):
            await store.stat(key)


class DoorbellContract:
    """Subclasses give the fixture of the adapter."""

    async def test_every_listener_of_the_channel_hears(self, doorbell: Doorbell) -> None:
        async with doorbell.listen("jobs") as one, doorbell.listen("jobs") as two, doorbell.listen("other") as other:
            await doorbell.ring("jobs", "first")
            await doorbell.ring("other", "elsewhere")
            await doorbell.ring("jobs", "second")
            async with asyncio.timeout(WAIT_SECONDS):
                assert [await anext(one), await anext(one)] == ["first", "second"]
                assert await anext(two) == "first"
                assert await anext(other) == "elsewhere"

    async def test_a_ring_that_nobody_hears_is_lost_in_silence(self, doorbell: Doorbell) -> None:
        await doorbell.ring("jobs", "nobody")
        async with doorbell.listen("jobs") as messages:
            await doorbell.ring("jobs", "somebody")
            async with asyncio.timeout(WAIT_SECONDS):
                assert await anext(messages) == "somebody"

    async def test_a_ring_after_close_is_lost_in_silence(self, doorbell: Doorbell) -> None:
        await doorbell.close()
        await doorbell.ring("jobs", "late")


class MailerContract:
    """Subclasses give the fixture of the adapter."""

    async def test_mail_is_taken(self, mailer: Mailer) -> None:
        await mailer.send(to="ada@example.org", subject="Welcome", body="Hello")


class PriceBookContract:
    """Subclasses give the fixture of the adapter."""

    def test_every_modality_has_an_exact_price_of_a_named_version(self, book: PriceBook) -> None:
        prices = [book.price_usd(modality) for modality in Modality]
        assert all(type(price) is Decimal for price in prices)
        assert min(prices) > 0
        assert book.version

    def test_an_unknown_price_is_never_guessed(self, book: PriceBook) -> None:
        with pytest.raises(UnknownPriceError, match="smell"):
            book.price_usd("smell")  # type: ignore[arg-type]


class EmbedderContract:
    """Subclasses give the fixture of the adapter."""

    async def test_one_normalised_vector_a_text_in_order(self, embedder: Embedder) -> None:
        texts = ["The cell is the unit of life.", "", "A force changes motion.", "The cell is the unit of life."]
        vectors = await embedder.embed(texts)
        assert [len(vector) for vector in vectors] == [embedder.dimension] * len(texts)
        assert all(math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-4) for vector in vectors)
        assert vectors[0] == vectors[3] != vectors[2]
        assert await embedder.embed([]) == []

    async def test_near_texts_have_near_vectors(self, embedder: Embedder) -> None:
        query, near, far = await embedder.embed(
            ["How do plants make sugar?", "Plants make sugar from light.", "The war ended in 1865."]
        )
        assert cosine(query, near) > cosine(query, far) + 0.2

    async def test_it_names_its_model(self, embedder: Embedder) -> None:
        assert embedder.model_id
        assert embedder.dimension == 384
