"""Builds curation."""

from modules.curation.interface import Curation
from modules.curation.repository import CurationRepository
from modules.curation.service import CurationService
from modules.kernel.interface import Clock, Database


def create_curation(*, database: Database, clock: Clock) -> Curation:
    """Curation on this database."""
    return CurationService(database=database, clock=clock, repository=CurationRepository())
