"""ranking: from outside, import modules.ranking.interface only."""
