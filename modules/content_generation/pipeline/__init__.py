"""The steps of making a lesson, one a file."""
