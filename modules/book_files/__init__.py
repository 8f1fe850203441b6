"""book_files: from outside, import modules.book_files.interface only."""
