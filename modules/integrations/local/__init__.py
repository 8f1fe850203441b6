"""Local adapters: no account and no network; the default."""
