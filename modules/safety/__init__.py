"""From outside, import modules.safety.interface only."""
