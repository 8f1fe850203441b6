"""Carries built books from one library to another, in a bundle."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
from typing_extensions import override

from modules.bundles.interface import BundleReader, Bundles, PackedBook
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database
from modules.rag.interface import Book, IngestReport, UnknownBookError
from modules.rag.pipeline.book_import import Options, PreparedBook
from modules.rag.pipeline.intake import Intake
from modules.rag.repository import LibraryRepository, PackingRepository
from modules.textbooks.interface import Textbooks


class Moving:
    """Writes and reads bundles."""

    def __init__(
        self,
        *,
        database: Database,
        embedder: Embedder,
        bundles: Bundles,
        textbooks: Textbooks,
        chunking: Chunking,
        library: LibraryRepository,
        packing: PackingRepository,
        intake: Intake,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._bundles = bundles
        self._textbooks = textbooks
        self._chunking = chunking
        self._library = library
        self._packing = packing
        self._intake = intake

    async def export(
        self, path: Path, slugs: Sequence[str], on_progress: Callable[[str, int, int], None]
    ) -> list[Book]:
        """As `Rag.export`."""
        async with self._database.transaction() as tx:
            books = await self._library.books(tx=tx)
        if unknown := sorted(set(slugs) - {book.slug for book in books}):
            raise UnknownBookError(f"the library serves no book {', '.join(unknown)}; `vividly library list` names all")
        wanted = [book for book in books if not slugs or book.slug in slugs]
        name, dimension = self._embedder.model_id, self._embedder.dimension
        with self._bundles.writing(path, embedder=name, dimension=dimension) as bundle:
            for done, book in enumerate(wanted, start=1):
                async with self._database.transaction() as tx:
                    packed = await self._packing.packed(book.slug, tx=tx)
                await asyncio.to_thread(bundle.add, packed)
                on_progress("writing books", done, len(wanted))
        return wanted

    async def load(self, path: Path, options: Options) -> list[IngestReport]:
        """As `Rag.load`."""
        options.on_progress("checking the bundle", 0, 1)
        async with AsyncExitStack() as stack:
            bundle = await asyncio.to_thread(stack.enter_context, self._bundles.reading(path))
            books = bundle.books()
            reports = []
            while packed := await asyncio.to_thread(next, books, None):
                self._textbooks.check_licence(packed.meta, allow_licences=options.allow_licences)
                reports.append(await self._take(packed, bundle, options))
        return reports

    async def _take(self, packed: PackedBook, bundle: BundleReader, options: Options) -> IngestReport:
        warnings: tuple[str, ...] = ()
        own = (self._embedder.model_id, self._embedder.dimension)
        if (bundle.embedder, bundle.dimension) != own:
            warnings = (f"its vectors are of {bundle.embedder}; those of {own[0]} were computed",)
        prepared = PreparedBook(
            meta=packed.meta,
            sections=packed.sections,
            quality=self._chunking.quality(packed.sections),
            warnings=warnings,
        )
        given = _vectors_of(packed, bundle.dimension) if not warnings else {}
        return await self._intake.take(prepared, options, embedder=_GivenVectors(self._embedder, given))


class _GivenVectors(Embedder):
    """An embedder that knows some texts already."""

    def __init__(self, embedder: Embedder, given: dict[str, bytes]) -> None:
        self._embedder = embedder
        self._given = given
        self.model_id = embedder.model_id
        self.dimension = embedder.dimension

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        fresh = [text for text in texts if text not in self._given]
        computed = dict(zip(fresh, await self._embedder.embed(fresh), strict=True)) if fresh else {}
        return [computed[text] if text in computed else _floats(self._given[text]) for text in texts]


def _floats(packed: bytes) -> list[float]:
    values: list[float] = np.frombuffer(packed, dtype="<f2").tolist()
    return values


def _vectors_of(book: PackedBook, dimension: int) -> dict[str, bytes]:
    """Each passage's vector by the text that was embedded."""
    size = 2 * dimension
    texts = (f"{cut.section.title}. {draft.heading}. {draft.text}" for cut in book.sections for draft in cut.drafts)
    return {text: book.vectors[at * size : (at + 1) * size] for at, text in enumerate(texts)} if book.vectors else {}
