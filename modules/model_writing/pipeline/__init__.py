"""Steps of writing."""
