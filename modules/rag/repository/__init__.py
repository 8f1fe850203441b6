"""All SQL of the library: what serves, what searches, what writes editions, what keeps vectors, what packs books."""

from modules.rag.repository.editions import EditionRepository as EditionRepository
from modules.rag.repository.library import LibraryRepository as LibraryRepository
from modules.rag.repository.packing import PackingRepository as PackingRepository
from modules.rag.repository.search import SearchRepository as SearchRepository
from modules.rag.repository.vectors import IndexState as IndexState, VectorRepository as VectorRepository
