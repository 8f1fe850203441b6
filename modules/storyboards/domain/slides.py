"""What the rubric has to know of a storyboard."""

from typing import Final

from modules.integrations.interface import Storyboard
from modules.rubric.interface import Line, Show, Slide

# Measured on five lessons of the starter library: 154 to 175 words a minute between the pauses of the built-in voice.
WORDS_PER_MINUTE: Final = 160.0


def show_of(board: Storyboard) -> Show:
    """The storyboard in plain values."""
    slides = (
        Slide(
            texts=tuple(text for text in (scene.title, scene.text) if text),
            items=tuple((item.label, item.text) for item in scene.items),
            lines=tuple(
                Line(text=beat.display, visible=beat.step, pause_seconds=beat.pause_seconds) for beat in scene.beats
            ),
        )
        for scene in board.scenes
    )
    return Show(slides=tuple(slides), words_per_minute=WORDS_PER_MINUTE)
