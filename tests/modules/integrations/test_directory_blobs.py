"""The directory store under a full disk, half-written objects and forged side-cars."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from modules.integrations.interface import BlobNotFoundError, EngineFailedError, StorageFullError
from modules.integrations.local.blobs import DirectoryBlobStore

KEY = "lessons/1/lesson.mp4"


@pytest.fixture
def store(tmp_path: Path) -> DirectoryBlobStore:
    return DirectoryBlobStore(root=tmp_path / "blobs")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "lesson.mp4"
    path.write_bytes(b"0123456789" * 300_000)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.mp4"
    path.write_bytes(b"before")
    return path


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "disk"
    directory.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a tiny disk needs root")
    yield directory
    subprocess.run(["umount", directory], check=True)


@contextmanager
def longest_file(size_bytes: int) -> Iterator[None]:
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


async def test_a_full_disk_leaves_no_part_of_an_object(tiny_disk: Path, source: Path, small: Path) -> None:
    store = DirectoryBlobStore(root=tiny_disk / "blobs")
    before = await store.put(KEY, small, content_type="video/mp4")
    there = files(tiny_disk)
    with pytest.raises(StorageFullError, match="free some space"):
        await store.put(KEY, source, content_type="video/mp4")
    assert files(tiny_disk) == there
    assert await store.stat(KEY) == before
    assert [piece async for piece in store.read(KEY)] == [b"before"]


async def test_a_file_that_grows_too_long_is_removed(store: DirectoryBlobStore, source: Path, tmp_path: Path) -> None:
    with longest_file(1_500_000), pytest.raises(StorageFullError):
        await store.put(KEY, source, content_type="video/mp4")
    assert files(tmp_path / "blobs") == []
    with pytest.raises(BlobNotFoundError):
        await store.stat(KEY)


async def test_a_truncated_object_is_never_served(store: DirectoryBlobStore, small: Path, tmp_path: Path) -> None:
    await store.put(KEY, small, content_type="video/mp4")
    data = next(path for path in files(tmp_path / "blobs") if path.suffix != ".json")
    data.write_bytes(b"bef")
    with pytest.raises(BlobNotFoundError):
        await store.stat(KEY)
    with pytest.raises(BlobNotFoundError):
        await anext(aiter(store.read(KEY)))


async def test_a_reader_keeps_the_bytes_that_it_began_with(
    store: DirectoryBlobStore, source: Path, small: Path, tmp_path: Path
) -> None:
    await store.put(KEY, source, content_type="video/mp4")
    reading = store.read(KEY)
    first = await anext(reading)
    await store.put(KEY, small, content_type="video/mp4")
    rest = [piece async for piece in reading]
    assert len(first) + sum(map(len, rest)) == 3_000_000
    assert len(files(tmp_path / "blobs")) == 2, "the replaced bytes are removed"


@pytest.mark.parametrize("forged", ["{", "[]", '{"file": "x"}', '{"file": "../../lesson.mp4", "size_bytes": 3000000}'])
async def test_a_forged_side_car_opens_nothing(
    forged: str, store: DirectoryBlobStore, source: Path, tmp_path: Path
) -> None:
    await store.put("a", source, content_type="video/mp4")
    about = tmp_path / "blobs" / "a~about.json"
    about.write_text(forged.replace("000}", '000, "sha256": "", "content_type": ""}'))
    with pytest.raises(BlobNotFoundError):
        await store.stat("a")


async def test_a_link_inside_the_store_does_not_lead_out(
    store: DirectoryBlobStore, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "way").symlink_to(tmp_path / "outside")
    with pytest.raises(BlobNotFoundError, match="not a key"):
        await store.put("way/out", small, content_type="text/plain")
    assert files(tmp_path / "outside") == []


async def test_other_faults_are_typed_too(store: DirectoryBlobStore, tmp_path: Path) -> None:
    with pytest.raises(EngineFailedError, match="No such file"):
        await store.put(KEY, tmp_path / "missing", content_type="video/mp4")
