"""From outside, import modules.rubric.interface only."""
