"""How watchers hear of changes."""
