"""Objects in a directory.

The bytes of an object lie in a file of their own (`lesson.mp4~5f3a...`) that nobody sees until its side-car
(`lesson.mp4~about.json`: size, hash, content type, the file's name) is moved into place, which is one step of the
file system. So an object is there whole or not at all, and a reader keeps the bytes that it began with.
"""

import asyncio
import hashlib
import json
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final

from typing_extensions import override

from modules.integrations.interface import Blob, BlobNotFoundError, BlobStore, EngineFailedError, StorageFullError
from modules.integrations.local.disk import is_full

_PIECE_BYTES: Final = 64 * 1024
_COPY_BYTES: Final = 1024 * 1024
# No part begins with a dot and none holds "~", so a key can name neither the parent directory nor a file of ours.
_KEY: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_LONGEST_KEY: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    file: str
    size_bytes: int
    sha256: str
    content_type: str


class DirectoryBlobStore(BlobStore):
    """Keeps objects below `root`, which is made on the first `put`."""

    def __init__(self, *, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, source: Path, *, content_type: str) -> Blob:
        return await asyncio.to_thread(self._put, key, source, content_type)

    @override
    async def stat(self, key: str) -> Blob:
        about = await asyncio.to_thread(self._about, key)
        return _blob(key, about)

    @override
    async def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        about, file = await asyncio.to_thread(self._open, key)
        try:
            position, last = max(0, start), about.size_bytes if end is None else min(end, about.size_bytes)
            await asyncio.to_thread(file.seek, position)
            while position < last:
                piece = await asyncio.to_thread(file.read, min(_PIECE_BYTES, last - position))
                if not piece:
                    raise EngineFailedError(f"the object {key!r} was cut short while it was read")
                position += len(piece)
                yield piece
        finally:
            file.close()

    @override
    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._delete, key)

    def _put(self, key: str, source: Path, content_type: str) -> Blob:
        path = self._path(key)
        token = secrets.token_hex(8)
        data, new_about = path.with_name(f"{path.name}~{token}"), path.with_name(f"{path.name}~{token}.json")
        try:
            with _faults_named(key):
                path.parent.mkdir(parents=True, exist_ok=True)
                size, digest = _copy(source, data)
                about = _About(file=data.name, size_bytes=size, sha256=digest, content_type=content_type)
                _write(new_about, json.dumps(asdict(about)).encode())
                before = self._find(path)
                new_about.replace(_about_path(path))
        except BaseException:
            data.unlink(missing_ok=True)
            new_about.unlink(missing_ok=True)
            raise
        if before is not None:
            path.with_name(before.file).unlink(missing_ok=True)
        return _blob(key, about)

    def _about(self, key: str) -> _About:
        path = self._path(key)
        with _faults_named(key):
            about = self._find(path)
            try:
                found = path.with_name(about.file).stat().st_size if about else None
            except FileNotFoundError:
                found = None
        if about is None or found != about.size_bytes:
            raise BlobNotFoundError(f"there is no whole object {key!r}")
        return about

    def _open(self, key: str) -> tuple[_About, IO[bytes]]:
        about = self._about(key)
        with _faults_named(key):
            try:
                return about, self._path(key).with_name(about.file).open("rb")
            except FileNotFoundError:
                raise BlobNotFoundError(f"the object {key!r} was removed or replaced just now") from None

    def _delete(self, key: str) -> None:
        path = self._path(key)
        with _faults_named(key):
            about = self._find(path)
            _about_path(path).unlink(missing_ok=True)
            if about is not None:
                path.with_name(about.file).unlink(missing_ok=True)

    def _find(self, path: Path) -> _About | None:
        try:
            kept = json.loads(_about_path(path).read_text(encoding="utf-8"))
            return _About(
                # A name only: a side-car that was tampered with still leads to no other directory.
                file=Path(kept["file"]).name,
                size_bytes=int(kept["size_bytes"]),
                sha256=str(kept["sha256"]),
                content_type=str(kept["content_type"]),
            )
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
            return None

    def _path(self, key: str) -> Path:
        path = self._root / key
        legal = len(key) <= _LONGEST_KEY and _KEY.fullmatch(key) is not None
        if not legal or not path.resolve().is_relative_to(self._root.resolve()):
            raise BlobNotFoundError(f"{key[:80]!r} is not a key that an object can have")
        return path


def _blob(key: str, about: _About) -> Blob:
    return Blob(key=key, size_bytes=about.size_bytes, sha256=about.sha256, content_type=about.content_type)


def _about_path(path: Path) -> Path:
    return path.with_name(f"{path.name}~about.json")


def _copy(source: Path, target: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("xb") as written:
        while piece := read.read(_COPY_BYTES):
            written.write(piece)
            digest.update(piece)
            size += len(piece)
        written.flush()
        os.fsync(written.fileno())
    return size, digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _faults_named(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise StorageFullError(f"no room to store {key!r}; free some space, then try again") from error
        raise EngineFailedError(f"the object {key!r} cannot be stored or read: {error.strerror}") from error
