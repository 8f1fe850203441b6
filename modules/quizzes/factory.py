"""Builds the maker of quizzes."""

from modules.quizzes.interface import Quizzes
from modules.quizzes.service import TemplateQuizzes


def create_quizzes() -> Quizzes:
    """The maker that needs no model."""
    return TemplateQuizzes()
