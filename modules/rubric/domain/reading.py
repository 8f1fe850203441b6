"""Checks 1, 2 and 13: can a reader of this grade follow, and does the lesson speak to them?"""

from math import ceil
from typing import Final

from modules.lesson_writing.interface import CheckResult
from modules.rubric.domain import words
from modules.rubric.domain.language import words_of
from modules.rubric.domain.material import Judged, result
from modules.rubric.domain.timing import pace
from modules.rubric.values import Check

_BELOW, _ABOVE = 3, 1
_MEAN, _P95 = 18, 28
_YOU_WE: Final = words_of("you_we")
_PERSONAL: Final = (1.0, 8.0)
_PACE: Final = (120.0, 160.0)


def grade_fit(of: Judged) -> CheckResult:
    """The narration within the reader's band, and no harder than the book."""
    lesson = words.reading_grade(words.prose(one.text for one in of.narration))
    source = words.reading_grade(of.source_prose)
    least, most = of.lesson.grade - _BELOW, min(of.lesson.grade + _ABOVE, source)
    off = max(0.0, least - lesson, lesson - most)
    detail = f"reads at grade {lesson:.1f}; the reader is in {of.lesson.grade}, the book reads at {source:.1f}"
    return result(Check.GRADE_FIT, passed=off == 0, score=1 - off / 6, detail=detail)


def sentence_length(of: Judged) -> CheckResult:
    """Mean and 95th percentile (the nearest rank) of the words a sentence."""
    lengths = sorted(words.count(line) for line in words.prose(one.text for one in of.narration))
    if not lengths:
        return result(Check.SENTENCE_LENGTH, passed=False, score=0, detail="no sentence")
    mean, p95 = sum(lengths) / len(lengths), lengths[ceil(0.95 * len(lengths)) - 1]
    score = min(1.0, _MEAN / max(mean, 1), _P95 / max(p95, 1))
    detail = f"mean {mean:.1f} words, 95th percentile {p95}"
    return result(Check.SENTENCE_LENGTH, passed=mean <= _MEAN and p95 <= _P95, score=score, detail=detail)


def voice(of: Judged) -> CheckResult:
    """How often the lesson says you or we, and how fast it is spoken."""
    said = [token for one in of.narration for token in one.text.lower().split() if any(map(str.isalnum, token))]
    personal = 100 * sum(token.strip(".,;:?!()“”\"'’") in _YOU_WE for token in said) / max(1, len(said))
    speed = pace(of.show)
    parts = [_PERSONAL[0] <= personal <= _PERSONAL[1], _PACE[0] <= speed <= _PACE[1]]
    detail = (
        f"{personal:.1f} you or we in 100 words; about {speed:.0f} words a minute (estimated from the voice's speed)"
    )
    return result(Check.VOICE, passed=all(parts), score=sum(parts) / 2, detail=detail)
