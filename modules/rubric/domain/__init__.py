"""Pure rules of judging: no I/O, no await."""
