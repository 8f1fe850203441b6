"""building: from outside, import modules.building.interface only."""
