"""Builds the builder."""

from modules.building.interface import Building
from modules.building.service import BuildingService
from modules.kernel.interface import Database


def create_building(*, database: Database) -> Building:
    """Builds books on shelves in this database."""
    return BuildingService(database=database)
