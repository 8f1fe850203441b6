"""book_building: from outside, import modules.book_building.interface only."""
