"""Bundles as ZIP archives: manifest.json with a checksum for every member, and two members a book."""

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any, Final

from modules.book_building.interface import PackedBook
from modules.bundles.domain.lines import book_of, lines_of
from modules.bundles.interface import BrokenBundleError, BundleError
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


class BundleWriter:
    """A bundle in the making. Text is deflated; vectors, which do not get smaller, are stored."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.books: list[dict[str, Any]] = []
        self.members: dict[str, str] = {}

    def add(self, book: PackedBook) -> None:
        """Writes one book; blocks."""
        stem = f"books/{len(self.books):04}"
        text = "\n".join(lines_of(book.meta, book.sections))
        self._put(f"{stem}.jsonl", text.encode(), zipfile.ZIP_DEFLATED)
        if book.vectors:
            self._put(f"{stem}.f16", book.vectors, zipfile.ZIP_STORED)
        facts = {"slug": book.meta.slug, "edition": book.meta.edition, "member": stem}
        self.books.append(facts | {"embedder": book.embedder, "dimension": book.dimension})

    def _put(self, name: str, content: bytes, method: int) -> None:
        self._archive.writestr(name, content, compress_type=method)
        self.members[name] = hashlib.sha256(content).hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[BundleWriter]:
    """The file appears, or is replaced, when the block ends well; else nothing of it is left."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                with zipfile.ZipFile(file, "w") as archive:
                    writer = BundleWriter(archive)
                    yield writer
                    manifest = {"format": _FORMAT, "books": writer.books, "members": writer.members}
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


class BundleReader:
    """A bundle whose checksums are right."""

    def __init__(self, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._archive = archive
        self._books: list[dict[str, Any]] = manifest["books"]
        self.slugs = tuple(str(book["slug"]) for book in self._books)

    def books(self) -> Iterator[PackedBook]:
        """Its books, one in memory at a time; blocks."""
        for facts in self._books:
            stem, dimension = facts["member"], facts["dimension"]
            meta, sections = book_of(self._archive.read(f"{stem}.jsonl").decode().split("\n"))
            vectors = self._archive.read(f"{stem}.f16") if f"{stem}.f16" in self._archive.namelist() else b""
            passages = sum(len(cut.drafts) for cut in sections)
            if vectors and len(vectors) != passages * dimension * _BYTES_A_VALUE:
                raise BrokenBundleError(f"the vectors of {meta.slug} do not fit its passages; write the bundle anew")
            yield PackedBook(
                meta=meta, sections=sections, embedder=facts["embedder"], dimension=dimension, vectors=vectors
            )


@contextmanager
def reading(path: Path) -> Iterator[BundleReader]:
    """Sizes and checksums of everything are checked first. Raises BrokenBundleError."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield BundleReader(archive, _checked(archive))
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
        wanted = {f"{_book(book)['member']}.jsonl" for book in manifest["books"]}
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


def _book(facts: dict[str, Any]) -> dict[str, Any]:
    if not all(isinstance(facts[name], str) for name in ("slug", "member", "embedder")):
        raise TypeError("a text is wanted")
    if not isinstance(facts["dimension"], int) or facts["dimension"] < 1:
        raise TypeError("a dimension is wanted")
    return facts
