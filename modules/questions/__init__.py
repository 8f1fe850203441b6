"""questions: from outside, import modules.questions.interface only."""
