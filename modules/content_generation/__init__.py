"""content_generation: from outside, import modules.content_generation.interface only."""
