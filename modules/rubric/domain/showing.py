"""Checks 10, 11 and 12: segments of a good size, slides that do not repeat the voice, and changes at their word."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from modules.lesson_writing.interface import CheckResult
from modules.rubric.domain import words
from modules.rubric.domain.language import starts
from modules.rubric.domain.material import Judged, prose_of, result
from modules.rubric.domain.timing import seconds
from modules.rubric.values import Check, Slide

_WORDS: Final = range(20, 91)
_SEGMENTS: Final = range(4, 11)
_SECONDS: Final = (60.0, 180.0)
_SLIDE_WORDS: Final = 30
_RUN: Final = 4
_VERBATIM: Final = 0.30
_ORGANISED: Final = 0.5
_AT_THE_WORD: Final = 0.95
_ORGANISER: Final = starts("organisers")


def segmenting(of: Judged) -> CheckResult:
    """Words of each segment, how many segments, and the estimated length of the video."""
    sizes = [words.count(prose_of(section)) for section in of.lesson.sections]
    good, length = sum(size in _WORDS for size in sizes), seconds(of.show)
    enough, fits = len(sizes) in _SEGMENTS, _SECONDS[0] <= length <= _SECONDS[1]
    share = good / len(sizes) if sizes else 0.0
    detail = f"segments of {', '.join(map(str, sizes))} words; about {length:.0f} s (estimated from the voice's speed)"
    passed = enough and fits and good == len(sizes)
    return result(Check.SEGMENTING, passed=passed, score=(share + enough + fits) / 3, detail=detail)


def redundancy(of: Judged) -> CheckResult:
    """Words of the fullest slide, and the share of all runs of four words on slides that are spoken over them."""
    sizes = [sum(map(words.count, _shown(slide))) for slide in of.show.slides]
    runs = [(run, slide) for slide in of.show.slides for text in _shown(slide) for run in _runs(text)]
    spoken = {id(slide): {run for line in slide.lines for run in _runs(line.text)} for slide in of.show.slides}
    verbatim = sum(run in spoken[id(slide)] for run, slide in runs) / len(runs) if runs else 0.0
    full, fit = max(sizes, default=0), sum(size <= _SLIDE_WORDS for size in sizes)
    score = (fit / len(sizes) + min(1.0, (1 - verbatim) / (1 - _VERBATIM))) / 2 if sizes else 0.0
    passed = bool(sizes) and full <= _SLIDE_WORDS and verbatim <= _VERBATIM
    detail = f"up to {full} words on a slide, {verbatim:.0%} of them read out word for word"
    return result(Check.REDUNDANCY, passed=passed, score=score, detail=detail)


def _shown(slide: Slide) -> list[str]:
    return [*slide.texts, *(text for item in slide.items for text in item)]


def _runs(text: str) -> list[tuple[str, ...]]:
    said = words.tokens(text)
    return [tuple(said[start : start + _RUN]) for start in range(len(said) - _RUN + 1)]


def signalling(of: Judged) -> CheckResult:
    """Segments that a cue opens or turns, terms on slides that are spoken there, items that come at their word."""
    sections = of.lesson.sections
    cued = sum(_organises(prose_of(section)) for section in sections)
    organised = cued / len(sections) if sections else 0.0
    unsaid = sorted({term for slide in of.show.slides for term in _unsaid(slide, of)})
    changes = [kept for slide in of.show.slides for kept in _changes(slide)]
    timely = sum(changes) / len(changes) if changes else 1.0
    passed = organised >= _ORGANISED and not unsaid and timely >= _AT_THE_WORD
    score = (min(1.0, organised / _ORGANISED) + (not unsaid) + timely) / 3
    parts = [f"{organised:.0%} of segments have a cue", f"{timely:.0%} of changes come with their sentence"]
    parts += [f"shown and not said: {', '.join(unsaid)}"] if unsaid else []
    detail = f"{'; '.join(parts)} (counted by cue words and by the sentence of each change)"
    return result(Check.SIGNALLING, passed=passed, score=score, detail=detail)


def _organises(text: str) -> bool:
    return any(_ORGANISER.match(line) for line in words.sentences(text))


def _unsaid(slide: Slide, of: Judged) -> list[str]:
    shown, said = " ".join(_shown(slide)), " ".join(line.text for line in slide.lines)
    return [term for term in of.terms if words.mentions(shown, term) and not words.mentions(said, term)]


def _changes(slide: Slide) -> Iterator[bool]:
    """For each item that comes while the slide stands: whether the sentence at which it comes has a word of it."""
    for before, line in pairwise(slide.lines):
        for item in slide.items[before.visible : line.visible]:
            yield bool(words.content(" ".join(item)) & words.content(line.text))
