"""catalogue: from outside, import modules.catalogue.interface only."""
