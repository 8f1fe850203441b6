"""The fakes and the local adapters keep the same contracts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from modules.integrations.factory import create_blob_store, create_doorbell, create_mailer, create_price_book
from modules.integrations.interface import BlobStore, Doorbell, Embedder, Mailer, PriceBook
from tests.contracts.integrations import (
    BlobStoreContract,
    DoorbellContract,
    EmbedderContract,
    MailerContract,
    PriceBookContract,
)
from tests.fakes.integrations import FakeBlobStore, FakeDoorbell, FakeEmbedder, FakeMailer, FakePriceBook

BOTH = ["fake", "real"]
BOTH_ON_POSTGRES = [pytest.param("fake"), pytest.param("real", marks=pytest.mark.postgres)]


class TestBlobStore(BlobStoreContract):
    @pytest.fixture(params=BOTH)
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
        return FakeBlobStore() if request.param == "fake" else create_blob_store(root=tmp_path / "blobs")


class TestDoorbell(DoorbellContract):
    @pytest.fixture(params=BOTH_ON_POSTGRES)
    async def doorbell(self, request: pytest.FixtureRequest) -> AsyncIterator[Doorbell]:
        fake = request.param == "fake"
        bell = FakeDoorbell() if fake else create_doorbell(url=request.getfixturevalue("postgres_url"))
        yield bell
        await bell.close()


class TestMailer(MailerContract):
    @pytest.fixture(params=BOTH)
    def mailer(self, request: pytest.FixtureRequest) -> Mailer:
        return FakeMailer() if request.param == "fake" else create_mailer()


class TestPriceBook(PriceBookContract):
    @pytest.fixture(params=BOTH)
    def book(self, request: pytest.FixtureRequest) -> PriceBook:
        return FakePriceBook() if request.param == "fake" else create_price_book()


class TestEmbedder(EmbedderContract):
    @pytest.fixture(params=BOTH)
    def embedder(self, request: pytest.FixtureRequest) -> Embedder:
        if request.param == "fake":
            return FakeEmbedder()
        real: Embedder = request.getfixturevalue("minilm")
        return real
