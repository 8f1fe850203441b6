"""All SQL of the library: what serves, what searches, what writes editions, what keeps vectors, what packs books."""

from dataclasses import dataclass, field

from modules.rag.repository.editions import EditionRepository as EditionRepository
from modules.rag.repository.library import LibraryRepository as LibraryRepository
from modules.rag.repository.packing import PackingRepository as PackingRepository
from modules.rag.repository.search import Scope as Scope, SearchRepository as SearchRepository
from modules.rag.repository.vectors import VectorRepository as VectorRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories:
    """All of them; they hold no state."""

    library: LibraryRepository = field(default_factory=LibraryRepository)
    search: SearchRepository = field(default_factory=SearchRepository)
    editions: EditionRepository = field(default_factory=EditionRepository)
    vectors: VectorRepository = field(default_factory=VectorRepository)
    packing: PackingRepository = field(default_factory=PackingRepository)
