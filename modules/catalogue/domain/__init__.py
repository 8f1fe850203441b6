"""The rules of what is listed, what belongs together, and what a few letters may become."""
