"""Moves built books from one library to another."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from typing_extensions import override

from modules.book_building.interface import PackedBook, PreparedBook, Progress
from modules.bundles.interface import Bundles
from modules.bundles.pipeline.archive import reading, writing
from modules.bundles.pipeline.given import GivenVectors
from modules.chunking.interface import Chunking
from modules.integrations.interface import Embedder
from modules.rag.interface import Book, IngestReport, Rag, UnknownBookError
from modules.textbooks.interface import Textbooks


class BundlesService(Bundles):
    """Bundles as ZIP archives."""

    def __init__(self, *, rag: Rag, embedder: Embedder, textbooks: Textbooks, chunking: Chunking) -> None:
        self._rag = rag
        self._embedder = embedder
        self._textbooks = textbooks
        self._chunking = chunking

    @override
    async def export(self, path: Path, *, slugs: Sequence[str] = (), on_progress: Progress | None = None) -> list[Book]:
        books = await self._rag.books()
        for unknown in set(slugs) - {book.slug for book in books}:
            raise UnknownBookError(unknown)
        wanted = [book for book in books if not slugs or book.slug in slugs]
        with writing(path) as bundle:
            for done, book in enumerate(wanted, start=1):
                await asyncio.to_thread(bundle.add, await self._rag.packed(book.slug))
                (on_progress or _unheard)("writing books", done, len(wanted))
        return wanted

    @override
    async def load(
        self,
        path: Path,
        *,
        allow_licences: Sequence[str] = (),
        accept_quality: bool = False,
        on_progress: Progress | None = None,
    ) -> list[IngestReport]:
        reports = []
        with ExitStack() as stack:
            bundle = await asyncio.to_thread(stack.enter_context, reading(path))
            books = bundle.books()
            while (book := await asyncio.to_thread(next, books, None)) is not None:
                self._textbooks.check_licence(book.meta, allow_licences=allow_licences)
                prepared, embedder = self._prepared(book)
                report = await self._rag.take(
                    prepared,
                    allow_licences=allow_licences,
                    accept_quality=accept_quality,
                    on_progress=on_progress,
                    embedder=embedder,
                )
                reports.append(report)
        return reports

    def _prepared(self, book: PackedBook) -> tuple[PreparedBook, Embedder]:
        """The book, judged here, and its vectors when they are of this embedder."""
        own = self._embedder
        same = (book.embedder, book.dimension) == (own.model_id, own.dimension)
        warning = f"its vectors are of {book.embedder}; those of {own.model_id} were computed"
        prepared = PreparedBook(
            meta=book.meta,
            sections=book.sections,
            quality=self._chunking.quality(book.sections),
            warnings=() if same else (warning,),
        )
        return prepared, GivenVectors(own, book) if same else own


def _unheard(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody asked for."""
