"""From outside, import modules.prose.interface only."""
