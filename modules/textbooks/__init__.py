"""textbooks: from outside, import modules.textbooks.interface only."""
