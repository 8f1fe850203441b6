"""chunking: from outside, import modules.chunking.interface only."""
