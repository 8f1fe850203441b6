"""lesson_feedback: from outside, import modules.lesson_feedback.interface only."""
