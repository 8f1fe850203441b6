"""The functions that prose publishes; outside, import them from interface.py."""
