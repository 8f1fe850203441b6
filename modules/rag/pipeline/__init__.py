"""The steps of an import: find the books of a folder, read them, store them."""
