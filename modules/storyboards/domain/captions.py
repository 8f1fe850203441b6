"""Captions from the times of words: at most two lines of 42 characters, none across two sentences or two slides."""

from collections.abc import Iterable, Sequence
from typing import Final

from modules.integrations.interface import BeatTiming, Cue, WordTiming
from modules.storyboards.domain.wording import clipped

_LINE: Final = 42
_LINES: Final = 2


def captions(beats: Iterable[BeatTiming]) -> tuple[Cue, ...]:
    return tuple(cue for beat in beats for cue in _cues(beat))


def _cues(beat: BeatTiming) -> list[Cue]:
    lines = _lines(beat.words)
    groups = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    starts = [group[0][0].start_seconds for group in groups]
    texts = ["\n".join(clipped(" ".join(word.text for word in line), _LINE) for line in group) for group in groups]
    spans = zip(starts, [*starts[1:], beat.end_seconds], texts, strict=False)
    return [Cue(start_seconds=start, end_seconds=max(start, end), text=shown) for start, end, shown in spans]


def _lines(spoken: Sequence[WordTiming]) -> list[list[WordTiming]]:
    lines, room = list[list[WordTiming]](), 0
    for word in spoken:
        if len(word.text) < room:
            lines[-1].append(word)
            room -= len(word.text) + 1
        else:
            lines.append([word])
            room = _LINE - len(word.text)
    return lines
