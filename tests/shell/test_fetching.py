"""Fetching books for the command line: all of them, or none."""

import asyncio
import threading
from pathlib import Path

import pytest
from dependency_injector import providers
from typing_extensions import override

from modules.book_files.interface import BookFetcher, FetchFailedError, Progress
from shell.containers import Container
from shell.fetching import FETCHING, fetched, is_address
from shell.settings import Settings

pytestmark = pytest.mark.unit


class EndlessFetcher(BookFetcher):
    """Gives `good` at once, and nothing ever of anything else."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    @override
    def fetch(self, url: str, into: Path, *, on_progress: Progress | None = None) -> Path:
        path = into / "book.zip"
        path.write_bytes(b"x")
        if on_progress:
            on_progress(1, 2)
        if url.endswith("gone"):
            raise FetchFailedError("it is gone")
        while not url.endswith("good") and on_progress:
            self.begun.set()
            on_progress(1, 0)
        return path


@pytest.fixture
def fetcher() -> EndlessFetcher:
    return EndlessFetcher()


@pytest.fixture
def container(fetcher: EndlessFetcher, tmp_path: Path) -> Container:
    return Container(settings=providers.Object(Settings(home=tmp_path)), book_fetcher=providers.Object(fetcher))


def below(home: Path) -> list[Path]:
    return list((home / "imports").glob("*"))


async def test_files_stand_alone_in_their_folders_and_stay(container: Container, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    urls = ["https://a.example/good", "https://b.example/good"]
    async with fetched(container, urls, lambda *step: told.append(step)) as files:
        assert [file.read_bytes() for file in files] == [b"x", b"x"]
    assert sorted(file.parent for file in files) == sorted(below(tmp_path))
    assert told == [(FETCHING, 1, 2)] * 2


async def test_one_that_does_not_come_takes_the_others_along(container: Container, tmp_path: Path) -> None:
    urls = ["https://a.example/good", "https://a.example/gone"]
    with pytest.raises(FetchFailedError):
        async with fetched(container, urls, lambda *_: None):
            pytest.fail("the block ran")
    assert below(tmp_path) == []


async def test_when_the_block_fails_nothing_is_left(container: Container, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with fetched(container, ["https://a.example/good"], lambda *_: None):
            raise KeyError
    assert below(tmp_path) == []


async def test_whoever_stops_waiting_ends_it(container: Container, fetcher: EndlessFetcher, tmp_path: Path) -> None:
    async def wait() -> None:
        async with fetched(container, ["https://a.example/endless"], lambda *_: None):
            pytest.fail("the block ran")

    waiting = asyncio.create_task(wait())
    await asyncio.to_thread(fetcher.begun.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert below(tmp_path) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [("https://a.example/b", True), ("http://a", True), ("ftp://a", True), ("a/b", False), ("C:/b", False)],
)
def test_an_address_is_told_from_a_path(source: str, expected: bool) -> None:
    assert is_address(source) is expected
