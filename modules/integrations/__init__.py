"""integrations: from outside, import modules.integrations.interface only."""
