"""Chooses the sentences of one part of a lesson: those that cover most of what is to be learnt, in book order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from modules.kernel.interface import GradeLevel
from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.candidates import Candidate, announces, is_sequence, runs, standing_alone
from modules.lesson_writing.domain.language import holds
from modules.rag.interface import Passage, PassageKind, Topic

_SUMMARY, _TITLE, _OBJECTIVE, _TERM = 0.7, 1.0, 1.5, 3.0
_AGAIN: Final = 0.4
_REDUNDANT: Final = 0.7
_OPENING: Final = 3.0
_STEPS: Final = 6.0
_GAIN_AT_LEAST: Final = 0.6
_YOUNG: Final = 8
_DEFINES: Final = holds("defining")
_PAST: Final = holds("narrating")
_NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_YEAR: Final = re.compile(r"\b(?:1[4-9]|20)\d\d\b")


@dataclass(slots=True)
class Aims:
    """What the lesson has to cover, by weight, and what it has said so far."""

    grade: GradeLevel
    weights: dict[str, float]
    said: list[set[str]] = field(default_factory=list)

    @classmethod
    def of(cls, topic: Topic, passages: Iterable[Passage], grade: GradeLevel) -> "Aims":
        """The words of summary, title, objectives and terms, the last with the highest weight."""
        summary = [passage.text for passage in passages if passage.kind is PassageKind.SUMMARY]
        terms = [term.term for term in topic.terms]
        weighed = ((summary, _SUMMARY), ([topic.title], _TITLE), (topic.objectives, _OBJECTIVE), (terms, _TERM))
        return cls(grade, {word: weight for lines, weight in weighed for line in lines for word in text.content(line)})

    def take(self, chosen: Iterable[Candidate]) -> None:
        self.said += [set(text.content(one.text)) for one in chosen]

    def is_redundant(self, one: Candidate, *, alike: float = _REDUNDANT) -> bool:
        """Whether the lesson says nearly this already."""
        mine = set(text.content(one.text))
        return any(len(mine & theirs) >= alike * len(mine | theirs) for theirs in self.said)

    def gain(self, run: Iterable[Candidate]) -> float:
        """How much a run of sentences adds, less what makes it hard to read."""
        run, covered = list(run), set().union(*self.said)
        new = {word for one in run for word in text.content(one.text) if word in self.weights}
        value = sum(self.weights[word] * (_AGAIN if word in covered else 1.0) for word in new)
        return value - sum(self.effort(one) for one in run if not one.equation)

    def effort(self, one: Candidate) -> float:
        """Length and difficulty, and what tells a story or does a sum instead of stating how things are."""
        extra_words = max(0, one.words - (20 if self.grade <= _YOUNG else 26))
        extra_grades = max(0.0, text.reading_grade(one.text) - self.grade - 2)
        names = [word for word in _NAME.findall(one.text) if text.stem(word) not in self.weights]
        aside = one.text.count("(") + len(names) + 3 * len(_YEAR.findall(one.text)) + 2 * bool(_PAST.search(one.text))
        sums = 2 * bool(text.numbers(one.text))
        states = 1.5 * defines(one.text)
        return 0.25 * extra_words + 0.25 * extra_grades + 0.7 * aside + sums - states


def pick(found: Sequence[Candidate], aims: Aims, *, budget: int, steps_budget: int = 0) -> list[Candidate]:
    """Up to `budget` words, chosen run by run for what each adds to what is already said; in book order.

    Steps that are counted ("First, ... Second, ...") may take `steps_budget` words.
    """
    left = runs(found)
    opening, chosen = left[:1], list[Candidate]()
    while left:
        spent = sum(one.words for one in chosen)
        rooms = [(run, max(budget, steps_budget if is_sequence(run) else 0) - spent) for run in left]
        options = [(part, run) for run, room in rooms for part in _parts(run, room, aims)]
        if not options:
            break
        best, whole = max(options, key=lambda pair: _worth(pair[0], aims, opens=not chosen and pair[1] in opening))
        if chosen and aims.gain(best) < _GAIN_AT_LEAST:
            break
        rest = whole[len(best) :]
        left = [rest if run is whole else run for run in left if rest or run is not whole]
        chosen += best
        aims.take(best)
    return _untied(sorted(chosen, key=lambda one: one.order))


def defines(sentence: str) -> bool:
    """Whether a sentence says what something is, in general."""
    return bool(_DEFINES.search(sentence)) and not text.numbers(sentence)


def _worth(run: Sequence[Candidate], aims: Aims, *, opens: bool) -> float:
    length = sum(one.words for one in run)
    bonus = (_OPENING if opens else 0.0) + (_STEPS if is_sequence(run) else 0.0)
    return float((aims.gain(run) + bonus) / max(length, 8) ** 0.6)


def _parts(run: list[Candidate], room: int, aims: Aims) -> list[list[Candidate]]:
    """The ways to take a run from its start: whole steps, and no announcement without its equation."""
    if aims.is_redundant(run[0]):
        return []
    ends = [end for end in range(1, len(run) + 1) if end == len(run) or not run[end].equation]
    ends = [end for end in ends if not (is_sequence(run[end:]) and (is_sequence(run[:end]) or announces(run[end - 1])))]
    return [run[:end] for end in ends if sum(one.words for one in run[:end]) <= room]


def _untied(chosen: list[Candidate]) -> list[Candidate]:
    """Drops connectives whose other half was not taken."""
    orders = {one.order for one in chosen}
    return [one if one.order - 1 in orders else standing_alone(one) for one in chosen]
