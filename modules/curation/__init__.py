"""curation: from outside, import modules.curation.interface only."""
