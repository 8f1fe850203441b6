"""The pure rules of reading: clean text, licences, names."""
