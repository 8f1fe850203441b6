"""One migration history per module; run by shell.migrate."""
