"""PostgreSQL for a laptop: our own launcher over the programs that a wheel carries."""
