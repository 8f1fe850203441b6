"""The authored data behind the comparisons."""
