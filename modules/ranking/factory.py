"""Builds the ranking."""

from modules.ranking.interface import Ranking
from modules.ranking.service import RankingService


def create_ranking() -> Ranking:
    """Needs nothing."""
    return RankingService()
