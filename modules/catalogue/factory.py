"""Builds the catalogue."""

from modules.catalogue.interface import Catalogue
from modules.catalogue.service import CatalogueService
from modules.questions.interface import Questions


def create_catalogue(*, questions: Questions) -> Catalogue:
    """Listings of any library."""
    return CatalogueService(questions=questions)
