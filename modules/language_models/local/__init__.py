"""Adapters that need no account."""
