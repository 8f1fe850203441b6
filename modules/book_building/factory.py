"""Builds the builder."""

from modules.book_building.interface import BookBuilding
from modules.book_building.service import BookBuildingService
from modules.chunking.interface import Chunking
from modules.kernel.interface import Database
from modules.textbooks.interface import Textbooks


def create_book_building(*, database: Database, textbooks: Textbooks, chunking: Chunking) -> BookBuilding:
    """Builds books on shelves in this database."""
    return BookBuildingService(database=database, textbooks=textbooks, chunking=chunking)
