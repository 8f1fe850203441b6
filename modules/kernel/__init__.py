"""kernel: from outside, import modules.kernel.interface only."""
