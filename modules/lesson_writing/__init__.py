"""lesson_writing: from outside, import modules.lesson_writing.interface only."""
