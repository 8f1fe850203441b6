"""The `vividly` command."""
