"""The pure rules of cutting sections into passages."""
