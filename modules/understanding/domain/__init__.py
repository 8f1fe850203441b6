"""Rules, no I/O."""
