"""The six modules of Vividly and their kernel."""
