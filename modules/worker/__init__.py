"""worker: from outside, import modules.worker.interface only."""
