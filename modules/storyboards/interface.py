"""storyboards: turns a lesson into scenes, what a voice says of them, and captions.

Depends on: kernel, integrations (values), lesson_writing (values), rubric (values).
Owns: no tables; spoken units and Vividly's own words on a slide.
"""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Protocol

from modules.integrations.interface import BeatTiming, Cue, Storyboard
from modules.lesson_writing.interface import Lesson
from modules.rubric.interface import Show


class Storyboards(Protocol):
    """Computes only; the same lesson gives the same scenes."""

    @abstractmethod
    def scenes(self, lesson: Lesson) -> Storyboard:
        """The lesson as it is narrated and drawn: about three minutes, one beat a sentence.

        A slide shows at most a few words of each sentence, up to 60 characters a label and 160 a text.
        """

    @abstractmethod
    def show(self, storyboard: Storyboard) -> Show:
        """What the rubric has to know of the scenes, in plain values."""

    @abstractmethod
    def captions(self, beats: Iterable[BeatTiming]) -> tuple[Cue, ...]:
        """Captions from the times of words: at most two lines of 42 characters, none across two beats. In seconds."""
