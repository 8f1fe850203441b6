"""Builds books."""

from typing import Final

from typing_extensions import override

from modules.building.interface import (
    BookShelf,
    Building,
    BuildReport,
    Hold,
    OvertakenError,
    PreparedBook,
    Progress,
    Ticket,
    VectorShelf,
)
from modules.building.pipeline.book import BookBuild
from modules.building.pipeline.vectors import VectorFill
from modules.integrations.interface import Embedder
from modules.kernel.interface import Database

_TRIES: Final = 5
"""Two processes that start at once both import the starter library; one of them is overtaken, once."""


class BuildingService(Building):
    """In short transactions, each of which leaves something that stands."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    @override
    async def build(
        self,
        book: PreparedBook,
        *,
        shelf: BookShelf,
        vectors: VectorShelf,
        embedder: Embedder,
        on_progress: Progress,
        ticket: Ticket | None = None,
        last: bool = True,
    ) -> BuildReport:
        build = BookBuild(
            database=self._database,
            shelf=shelf,
            vectors=vectors,
            fill=VectorFill(database=self._database, embedder=embedder, vectors=vectors),
            embedder=embedder,
            on_progress=on_progress,
            ticket=ticket,
        )
        for _ in range(_TRIES - 1):
            try:
                return await build.run(book, last=last)
            except OvertakenError:
                continue
        return await build.run(book, last=last)

    @override
    async def fill(
        self,
        *,
        vectors: VectorShelf,
        embedder: Embedder,
        edition_id: int | None,
        hold: Hold,
        on_progress: Progress,
    ) -> int:
        fill = VectorFill(database=self._database, embedder=embedder, vectors=vectors)
        return await fill.run(edition_id=edition_id, hold=hold, on_progress=on_progress)
