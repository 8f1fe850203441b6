"""The steps from pages of HTML to the parts of a book."""
