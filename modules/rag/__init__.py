"""rag: from outside, import modules.rag.interface only."""
