"""Builds the builder."""

from modules.building.interface import Building
from modules.building.service import BuildingService
from modules.chunking.interface import Chunking
from modules.kernel.interface import Database
from modules.textbooks.interface import Textbooks


def create_building(*, database: Database, textbooks: Textbooks, chunking: Chunking) -> Building:
    """Builds books on shelves in this database."""
    return BuildingService(database=database, textbooks=textbooks, chunking=chunking)
