"""The pure rules of judging a claim."""
