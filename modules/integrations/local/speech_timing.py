"""When each word of the shown text is heard, from what the engine said about the spoken text. Pure arithmetic."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

Knots = list[tuple[float, float]]
_SHORTEST: Final = 1e-3


def word_times(
    display: str, spoken: str, heard: Sequence[tuple[int, int]], *, start: float, end: float
) -> list[tuple[str, float, float]]:
    """(word, start, end) for every word of `display`, one after the other inside [start, end], in seconds.

    `heard` holds (character of `spoken`, milliseconds) of the words that the engine reported; it merges some, so
    the rest is interpolated by characters. Where both texts have equally many words they match one to one.
    """
    shown = display.split()
    if not shown:
        return []
    knots = _knots(heard, len(spoken), start, end)
    said = _offsets(spoken)
    if len(said) == len(shown):
        starts = [_at(knots, offset) for offset in said]
    else:
        scale = len(spoken) / max(1, len(display))
        starts = [_at(knots, offset * scale) for offset in _offsets(display)]
    starts[0] = start
    return [(w, round(a, 3), round(b, 3)) for w, a, b in zip(shown, starts, [*starts[1:], end], strict=True)]


def _knots(heard: Sequence[tuple[int, int]], length: int, start: float, end: float) -> Knots:
    """Points (character, second), both rising, that begin at (0, start) and end at (length, end)."""
    knots: Knots = [(0.0, start)]
    for character, milliseconds in heard:
        moment = min(start + milliseconds / 1000, end)
        if knots[-1][0] < character < length and moment >= knots[-1][1]:
            knots.append((float(character), moment))
    knots.append((float(max(length, 1)), end))
    return knots


def _at(knots: Knots, character: float) -> float:
    for (c0, t0), (c1, t1) in pairwise(knots):
        if character <= c1:
            return t0 + (t1 - t0) * (character - c0) / max(c1 - c0, _SHORTEST)
    return knots[-1][1]


def _offsets(text: str) -> list[int]:
    """Where each word of `text` begins."""
    words = text.split()
    found = accumulate(words, lambda after, word: text.index(word, after) + len(word), initial=0)
    return [text.index(word, after) for word, after in zip(words, found, strict=False)]
