"""bundles: one checksummed file that carries built books, with passages and vectors, from one library to another.

Depends on: kernel, book_building, chunking, integrations, rag, textbooks. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from modules.book_building.interface import Progress
from modules.kernel.interface import VividlyError
from modules.rag.interface import Book, IngestReport


class BundleError(VividlyError):
    """A bundle cannot be written or read."""

    code = "bundles.error"


class BrokenBundleError(BundleError):
    """The file is no bundle, of another format, damaged, or larger than a bundle may be; the message says which."""

    code = "bundles.broken"


class Bundles(Protocol):
    """Moves built books."""

    @abstractmethod
    async def export(self, path: Path, *, slugs: Sequence[str] = (), on_progress: Progress | None = None) -> list[Book]:
        """Writes the serving editions of books (of all, without `slugs`) into one file; whole, or not at all.

        Raises:
            UnknownBookError: no such book serves. BundleError: the place cannot be written.
            StorageFullError: the disk is full.
        """

    @abstractmethod
    async def load(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
    ) -> list[IngestReport]:
        """Takes in every book of the file as `Rag.take` does; sizes and checksums of all are checked first.

        Raises:
            BrokenBundleError: nothing was written. And as `Rag.take`: the books before it serve.
        """
