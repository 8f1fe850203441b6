"""From outside, import modules.quizzes.interface only."""
