"""Orders and judges what the index found."""

from collections.abc import Sequence

from typing_extensions import override

from modules.ranking.domain.confidence import scores
from modules.ranking.domain.order import best_passages, order
from modules.ranking.interface import Found, Ranked, Ranking


class RankingService(Ranking):
    """Weighted sums with weights from a development set."""

    @override
    def order(self, found: Sequence[Found]) -> list[Ranked]:
        return order(found)

    @override
    def passages(self, ranked: Sequence[Ranked], *, limit: int) -> list[tuple[int, float]]:
        return best_passages(ranked, limit)

    @override
    def scores(self, ranked: Sequence[Ranked], *, lexemes: int, dense: bool) -> list[float]:
        return scores(ranked, lexemes=lexemes, dense=dense)
