"""Makes scenes by rules, without a model."""

from collections.abc import Iterable

from typing_extensions import override

from modules.integrations.interface import BeatTiming, Cue, Storyboard
from modules.lesson_writing.interface import Lesson
from modules.rubric.interface import Show
from modules.storyboards.domain import captions, slides, storyboard as scenes
from modules.storyboards.interface import Storyboards


class RuledStoryboards(Storyboards):
    """One beat a sentence, a few words of it on the slide."""

    @override
    def scenes(self, lesson: Lesson) -> Storyboard:
        return scenes.storyboard(lesson)

    @override
    def show(self, storyboard: Storyboard) -> Show:
        return slides.show_of(storyboard)

    @override
    def captions(self, beats: Iterable[BeatTiming]) -> tuple[Cue, ...]:
        return captions.captions(beats)
