"""bundles: one checksummed file that carries built books, with passages and vectors, from one library to another.

Depends on: kernel, chunking, integrations, textbooks. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from modules.chunking.interface import CutSection
from modules.kernel.interface import VividlyError
from modules.textbooks.interface import BookMeta


class BundleError(VividlyError):
    """A bundle cannot be written or read."""

    code = "bundles.error"


class BrokenBundleError(BundleError):
    """The file is no bundle, of another format, damaged, or larger than a bundle may be; the message says which."""

    code = "bundles.broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBook:
    """A built book.

    Attributes:
        vectors: one after the other for every passage in order, little-endian float16; empty when some are missing.
    """

    meta: BookMeta
    sections: tuple[CutSection, ...]
    vectors: bytes


class BundleWriter(Protocol):
    """A bundle in the making."""

    @abstractmethod
    def add(self, book: PackedBook) -> None:
        """Writes one book; blocks."""


class BundleReader(Protocol):
    """A bundle whose checksums are right.

    Attributes:
        embedder, dimension: of its vectors.
        slugs: of its books, in order.
    """

    embedder: str
    dimension: int
    slugs: tuple[str, ...]

    @abstractmethod
    def books(self) -> Iterator[PackedBook]:
        """Its books, one in memory at a time; blocks."""


class Bundles(Protocol):
    """Bundles on the disk; everything here blocks, so call it in a thread."""

    @abstractmethod
    def writing(self, path: Path, *, embedder: str, dimension: int) -> AbstractContextManager[BundleWriter]:
        """The file appears, or is replaced, when the block ends well; else nothing of it is left.

        Raises:
            BundleError: the place cannot be written. StorageFullError: the disk is full.
        """

    @abstractmethod
    def reading(self, path: Path) -> AbstractContextManager[BundleReader]:
        """Checks sizes and checksums of everything first.

        Raises:
            BrokenBundleError: nothing of it was read.
        """
