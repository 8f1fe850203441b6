"""The values that narration and video are made from; outside, import them from interface.py."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One narrated sentence, which is one reveal step of its slide.

    Attributes:
        display: as captions and transcript show it.
        spoken: as the voice says it ("H two O"); plain text, never markup.
        step: how many items of the scene are visible while it is spoken.
        pause_seconds: silence after it.
    """

    display: str
    spoken: str
    step: int
    pause_seconds: float = 0.25


class SceneKind(StrEnum):
    """A slide layout."""

    TITLE = "title"
    TERMS = "terms"
    PROCESS = "process"
    EQUATION = "equation"
    ANALOGY = "analogy"
    QUIZ = "quiz"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideItem:
    """One thing on a slide: a term, a step, a pair of the analogy, an option of the quiz.

    Attributes:
        label: 1 to 60 characters. text: 0 to 160 characters.
        correct: the key of a quiz.
    """

    label: str
    text: str = ""
    correct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One slide with its beats. `text` is the subtitle, the question or the equation; `footer` the source."""

    kind: SceneKind
    title: str
    beats: tuple[Beat, ...]
    items: tuple[SlideItem, ...] = ()
    text: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storyboard:
    """What narration and video are made from. `subject` and `interest` choose colours and words in the header."""

    title: str
    subject: str
    interest: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTiming:
    """A word of a beat's `display` text and when it is spoken, in seconds from the start of the lesson."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatTiming:
    """When a beat is spoken, in seconds from the start; one entry a beat, scenes flattened in order."""

    start_seconds: float
    end_seconds: float
    words: tuple[WordTiming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narration:
    """A spoken storyboard. `audio` is an AAC file (.m4a), mono, about -16 LUFS."""

    audio: Path
    duration_seconds: float
    beats: tuple[BeatTiming, ...]
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One caption: at most 2 lines of at most 42 characters, times in seconds from the start."""

    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A rendered lesson. `video` is H.264 + AAC + mov_text (.mp4, 1280 x 720, faststart), `poster` a JPEG."""

    video: Path
    poster: Path
    duration_seconds: float
    engine: str
