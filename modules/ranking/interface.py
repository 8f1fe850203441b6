"""ranking: puts what the index found into one order, and judges whether the first answers the question.

Depends on: kernel. Owns: no tables. The numbers come from `rag`, which reads them from PostgreSQL.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

# Source: chosen on the 732 questions of the development set and 300 of our own (docs/retrieval.md); neighbours on the
# grid cost less than 0.003 nDCG@10. They stand here because the index picks the sections to be ranked by them.
LEXICAL: Final = 0.4
"""What the words of a passage weigh where its cosine weighs 1."""
BEST_THREE: Final = (1.0, 0.6, 0.5)
"""What the best, second and third passage of a section count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A section as the index found it.

    Attributes:
        passage_ids, lexical, cosines: one entry a passage. `lexical`: the question's lexemes in it, weighted by their
            rarity, as a share of the question's whole rarity; 0.0 or more, about 1.0 when each stands once.
            `cosines`: to the question, -1.0 to 1.0; 0.0 without a vector.
        heading: as `lexical`, over title, key terms and objectives.
        named: share of the question's rarity that stands in title, key terms or objectives, 0.0 to 1.0.
        glossary: the largest such share that one of its key terms names in full, 0.0 to 1.0.
    """

    section_id: int
    passage_ids: tuple[int, ...]
    lexical: tuple[float, ...]
    cosines: tuple[float, ...]
    heading: float
    named: float
    glossary: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A section in its place. `relevance`: comparable between the sections of one question only."""

    found: Found
    relevance: float


class Ranking(Protocol):
    """Orders and judges; computes only."""

    @abstractmethod
    def order(self, found: Sequence[Found]) -> list[Ranked]:
        """Every section once, best first."""

    @abstractmethod
    def passages(self, ranked: Sequence[Ranked], *, limit: int) -> list[tuple[int, float]]:
        """The best passages as (id, score), best first; a good section lifts its passages."""

    @abstractmethod
    def scores(self, ranked: Sequence[Ranked], *, lexemes: int, dense: bool) -> list[float]:
        """How well each answers, 0.0 to 1.0, never rising, comparable between questions; from 0.5 it can be taught.

        `lexemes`: of the question, stop words left out. `dense`: whether there were vectors.
        """
