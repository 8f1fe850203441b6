"""Pure rules of lessons: no I/O, no await."""
