"""Chooses the questions of a quiz: of mixed kinds, each about something else, each with three fair wrong options."""

from collections.abc import Sequence
from enum import Enum
from hashlib import sha256
from itertools import chain, zip_longest
from typing import Final

from modules.quizzes.domain import words
from modules.quizzes.domain.asking import Question, clozes, definitions, figures, gaps, known, meanings
from modules.quizzes.interface import OPTIONS, QUESTIONS, QuizItem, QuizMaterial

_AIM: Final = 4
_OF_A_KIND: Final = 2
_SAME_SENTENCE: Final = 0.6


class _Round(Enum):
    """What may be alike, when nothing else is left: the term or kind, then the sentence, with a gap elsewhere."""

    NOTHING = 1
    SAME_TERM = 2
    SAME_SENTENCE = 3


def quiz(material: QuizMaterial) -> tuple[QuizItem, ...]:
    """As `Quizzes.quiz`."""
    terms = known(material)
    kinds = [definitions(material), clozes(material, material.facts, terms), meanings(material)]
    mixed = [one for row in zip_longest(*kinds) for one in row if one is not None]
    rest = chain(
        clozes(material, material.more, terms),
        figures(material),
        gaps(material, material.facts),
        gaps(material, material.more),
        gaps(material, [*material.facts, *material.more], at_last=True),
    )
    found, taken = [*mixed, *rest], list[tuple[Question, list[str]]]()
    for round_ in _Round:
        for one in found:
            most = QUESTIONS if one.kind == "gap" or round_ is _Round.SAME_SENTENCE else _AIM
            if len(taken) < most and _is_new(one, [other for other, _ in taken], round_):
                wrong = _wrong_options(one)
                taken += [(one, wrong)] if len(wrong) == OPTIONS - 1 else []
    return tuple(_item(one, wrong, place=_place(material.seed, place)) for place, (one, wrong) in enumerate(taken))


def _is_new(one: Question, asked: Sequence[Question], round_: _Round) -> bool:
    """Whether nothing like it was asked."""
    if any(one.about == other.about and one.feedback == other.feedback for other in asked):
        return False
    repeated = any(words.share(one.feedback, other.feedback) >= _SAME_SENTENCE for other in asked)
    same_term = any(one.about == other.about for other in asked)
    same_kind = sum(one.kind == other.kind for other in asked) >= _OF_A_KIND
    if round_ is _Round.SAME_SENTENCE:
        return not same_term
    return not repeated and (round_ is _Round.SAME_TERM or not (same_term or same_kind))


def _wrong_options(question: Question) -> list[str]:
    """The first that are alike in length and class, and say other things than the key and one another."""
    chosen: list[str] = []
    if words.content(question.key) and words.content(question.key) <= words.content(question.stem):
        return chosen
    for other in question.others():
        taken = [question.key, *chosen]
        fits = words.alike(other, question.key) and words.level([other, *taken])
        if fits and all(_belongs(other, one) for one in taken):
            chosen.append(other)
        if len(chosen) == OPTIONS - 1:
            break
    return chosen


def _belongs(other: str, one: str) -> bool:
    return words.class_of(other) == words.class_of(one) and not words.overlap(other, one)


def _place(seed: str, number: int) -> int:
    return (int(sha256(seed.encode()).hexdigest()[:8], 16) + number * 3) % OPTIONS


def _item(one: Question, wrong: list[str], *, place: int) -> QuizItem:
    options = [*wrong[:place], one.key, *wrong[place:]]
    return QuizItem(
        question=one.stem,
        options=tuple(map(words.capitalised, options)),
        answer=place,
        feedback=one.feedback,
        citations=one.citations,
    )
