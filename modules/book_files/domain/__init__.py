"""Rules on names, licences and lines of print; no I/O."""
