"""The pure measures."""
