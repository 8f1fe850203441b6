"""SQL of the library."""

from modules.rag.repository.library import IndexState as IndexState, LibraryRepository as LibraryRepository
from modules.rag.repository.search import SearchRepository as SearchRepository
