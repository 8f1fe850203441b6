"""The thin shell: settings, wiring, lifecycle, HTTP, CLI. No business rules."""
