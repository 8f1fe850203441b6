"""The longer use cases of lesson_feedback, one a file."""
