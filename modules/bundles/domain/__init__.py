"""The pure rules of a bundle: what its lines say, what it may cost."""
