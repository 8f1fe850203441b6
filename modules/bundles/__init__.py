"""bundles: from outside, import modules.bundles.interface only."""
