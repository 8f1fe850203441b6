"""Captions from the times of words: at most two lines of 42 characters, none across two sentences or two slides."""

from collections.abc import Iterable, Sequence
from typing import Final

from modules.content_generation.domain.text import clipped
from modules.integrations.interface import BeatTiming, Cue, Storyboard, WordTiming

_LINE: Final = 42
_LINES: Final = 2


def captions(beats: Iterable[BeatTiming]) -> tuple[Cue, ...]:
    """The cues of a narration, in order."""
    return tuple(cue for beat in beats for cue in _cues(beat))


def webvtt(cues: Iterable[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = [f"{_clock(cue.start_seconds)} --> {_clock(cue.end_seconds)}\n{_escaped(cue.text)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def transcript(storyboard: Storyboard) -> str:
    """The narrated words, a paragraph a slide."""
    paragraphs = [" ".join(beat.display for beat in scene.beats) for scene in storyboard.scenes]
    return "\n\n".join(paragraphs) + "\n"


def _cues(beat: BeatTiming) -> list[Cue]:
    lines = _lines(beat.words)
    groups = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    starts = [group[0][0].start_seconds for group in groups]
    ends = [*starts[1:], beat.end_seconds]
    return [
        Cue(
            start_seconds=start,
            end_seconds=max(start, end),
            text="\n".join(clipped(" ".join(word.text for word in line), _LINE) for line in group),
        )
        for group, start, end in zip(groups, starts, ends, strict=True)
    ]


def _lines(spoken: Sequence[WordTiming]) -> list[list[WordTiming]]:
    lines: list[list[WordTiming]] = []
    room = 0
    for word in spoken:
        if lines and len(word.text) + 1 <= room:
            lines[-1].append(word)
            room -= len(word.text) + 1
        else:
            lines.append([word])
            room = _LINE - len(word.text)
    return lines


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
