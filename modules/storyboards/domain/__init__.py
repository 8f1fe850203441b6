"""Rules; no I/O but its own data."""
