"""Builds the lesson writer."""

from modules.lesson_writing.interface import LessonWriter
from modules.lesson_writing.service import BuiltinLessonWriter


def create_lesson_writer() -> LessonWriter:
    """The writer that needs no model."""
    return BuiltinLessonWriter()
