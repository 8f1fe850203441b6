"""book_pages: from outside, import modules.book_pages.interface only."""
