"""The steps of a build: sections, vectors, the switch."""
