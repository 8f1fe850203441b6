"""How long a lesson takes to say, before anybody has said it."""

from modules.rubric.domain import words
from modules.rubric.values import Show


def seconds(show: Show) -> float:
    """The words at the voice's speed, and the pauses."""
    pauses = sum(line.pause_seconds for slide in show.slides for line in slide.lines)
    return pauses + 60 * spoken_words(show) / show.words_per_minute


def pace(show: Show) -> float:
    """Words a minute over the whole lesson, pauses included; 0.0 for a lesson without words."""
    length = seconds(show)
    return 60 * spoken_words(show) / length if length else 0.0


def spoken_words(show: Show) -> int:
    return sum(words.count(line.text) for slide in show.slides for line in slide.lines)
