"""grounding: from outside, import modules.grounding.interface only."""
