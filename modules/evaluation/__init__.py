"""evaluation: from outside, import modules.evaluation.interface only."""
