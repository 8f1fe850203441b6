"""Builds the maker of storyboards."""

from modules.storyboards.interface import Storyboards
from modules.storyboards.service import RuledStoryboards


def create_storyboards() -> Storyboards:
    """The maker that needs no model."""
    return RuledStoryboards()
