"""model_writing: lessons written by a language model; from outside, import modules.model_writing.interface only."""
