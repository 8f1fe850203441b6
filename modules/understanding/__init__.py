"""understanding: from outside, import modules.understanding.interface only."""
