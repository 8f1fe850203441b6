"""Builds imports."""

from modules.imports.interface import Imports
from modules.imports.repository import ImportRepository
from modules.imports.service import ImportsService
from modules.kernel.interface import Database
from modules.rag.interface import Rag
from modules.worker.interface import Worker


def create_imports(*, database: Database, worker: Worker, rag: Rag) -> Imports:
    """Imports into this library."""
    return ImportsService(database=database, worker=worker, rag=rag, imports=ImportRepository())
