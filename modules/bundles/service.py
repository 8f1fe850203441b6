"""Bundles as ZIP archives: manifest.json with a checksum for every member, and two members a book."""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from modules.bundles.domain.lines import book_of, lines_of
from modules.bundles.interface import BrokenBundleError, BundleError, BundleReader, Bundles, BundleWriter, PackedBook
from modules.integrations.interface import StorageFullError

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
# As for books that come as files: what one may unpack to, how many members, how much smaller than unpacked.
_MEMBER_BYTES: Final = 200_000_000
_MEMBERS: Final = 2_000
_RATIO: Final = 100
_MANIFEST_BYTES: Final = 5_000_000
_PIECE: Final = 1 << 20
_BYTES_A_VALUE: Final = 2


class ZipBundles(Bundles):
    """Text is deflated; vectors, which do not get smaller, are stored."""

    @override
    def writing(self, path: Path, *, embedder: str, dimension: int) -> AbstractContextManager[BundleWriter]:
        return _writing(path, embedder, dimension)

    @override
    def reading(self, path: Path) -> AbstractContextManager[BundleReader]:
        return _reading(path)


class _Writer(BundleWriter):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.books: list[dict[str, Any]] = []
        self.members: dict[str, str] = {}

    @override
    def add(self, book: PackedBook) -> None:
        stem = f"books/{len(self.books):04}"
        text = "\n".join(lines_of(book.meta, book.sections))
        self._put(f"{stem}.jsonl", text.encode(), zipfile.ZIP_DEFLATED)
        if book.vectors:
            self._put(f"{stem}.f16", book.vectors, zipfile.ZIP_STORED)
        self.books.append({"slug": book.meta.slug, "edition": book.meta.edition, "member": stem})

    def _put(self, name: str, content: bytes, method: int) -> None:
        self._archive.writestr(name, content, compress_type=method)
        self.members[name] = hashlib.sha256(content).hexdigest()


@contextmanager
def _writing(path: Path, embedder: str, dimension: int) -> Iterator[BundleWriter]:
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                with zipfile.ZipFile(file, "w") as archive:
                    writer = _Writer(archive)
                    yield writer
                    manifest = {"format": _FORMAT, "embedder": embedder, "dimension": dimension}
                    manifest |= {"books": writer.books, "members": writer.members}
                    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        if error.errno == ENOSPC:
            raise StorageFullError(f"no room for the bundle {path.name}; nothing of it was kept") from error
        raise BundleError(f"{path.name} cannot be written there: {error.strerror}") from error


class _Reader(BundleReader):
    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._archive = archive
        self._members = [str(book["member"]) for book in manifest["books"]]
        self.embedder = str(manifest["embedder"])
        self.dimension = int(manifest["dimension"])
        self.slugs = tuple(str(book["slug"]) for book in manifest["books"])

    @override
    def books(self) -> Iterator[PackedBook]:
        for member in self._members:
            meta, sections = book_of(self._archive.read(f"{member}.jsonl").decode().split("\n"))
            vectors = f"{member}.f16"
            packed = self._archive.read(vectors) if vectors in self._archive.namelist() else b""
            passages = sum(len(cut.drafts) for cut in sections)
            if packed and len(packed) != passages * self.dimension * _BYTES_A_VALUE:
                raise BrokenBundleError(f"the vectors of {meta.slug} do not fit its passages; write the bundle anew")
            yield PackedBook(meta=meta, sections=sections, vectors=packed)


@contextmanager
def _reading(path: Path) -> Iterator[BundleReader]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Reader(archive, _checked(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise BrokenBundleError(f"{path.name} is no bundle, or it is damaged; write it anew") from error
    except FileNotFoundError as error:
        raise BrokenBundleError(f"there is no bundle {path.name}") from error
    except OSError as error:
        raise BrokenBundleError(f"{path.name} cannot be read: {error.strerror}") from error


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, when everything that it names is there, unchanged, and nothing is out of bounds."""
    members = archive.infolist()
    if len(members) > _MEMBERS:
        raise BrokenBundleError(f"the bundle has {len(members):,} members; {_MEMBERS:,} are allowed")
    for member in members:
        _refuse_hostile(member)
    try:
        manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        known, names = manifest["format"] == _FORMAT, manifest["members"]
        wanted = {f"{book['member']}.jsonl" for book in manifest["books"]}
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenBundleError("the file holds no manifest of a bundle") from error
    if not known:
        raise BrokenBundleError(f"the bundle has the format {manifest['format']}; this version reads {_FORMAT}")
    if {member.filename for member in members} != {*names, _MANIFEST} or not wanted <= set(names):
        raise BrokenBundleError("the bundle does not hold what its manifest names; write it anew")
    for name, digest in names.items():
        if _digest(archive, name) != digest:
            raise BrokenBundleError(f"the member {name} was damaged or changed; write the bundle anew")
    return manifest


def _refuse_hostile(member: zipfile.ZipInfo) -> None:
    most = _MANIFEST_BYTES if member.filename == _MANIFEST else _MEMBER_BYTES
    if member.file_size > most:
        raise BrokenBundleError(f"the member {member.filename} has {member.file_size:,} bytes; {most:,} are allowed")
    if member.file_size > _PIECE and member.file_size > _RATIO * member.compress_size:
        raise BrokenBundleError(f"the member {member.filename} unpacks to more than {_RATIO} times its size")


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
