"""Builds the lesson writer."""

from modules.lesson_writing.interface import LessonWriter
from modules.lesson_writing.service import BuiltinLessonWriter
from modules.quizzes.interface import Quizzes


def create_lesson_writer(*, quizzes: Quizzes) -> LessonWriter:
    """The writer that needs no model."""
    return BuiltinLessonWriter(quizzes=quizzes)
