"""Chooses the sentences of one part of a lesson: those that cover most of what is to be learnt, in book order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from modules.content_generation.domain import candidates as cand, text
from modules.content_generation.domain.candidates import Candidate
from modules.kernel.interface import GradeLevel
from modules.rag.interface import Passage, PassageKind, Topic

_TERM_WEIGHT: Final = 3.0
_OBJECTIVE_WEIGHT: Final = 1.5
_TITLE_WEIGHT: Final = 1.0
_SUMMARY_WEIGHT: Final = 0.7
_ALREADY_COVERED: Final = 0.25
_REDUNDANT: Final = 0.6
_LONG_SENTENCE: Final = {True: 20, False: 26}
_YOUNG: Final = 8
_GAIN_AT_LEAST: Final = 0.6


@dataclass(slots=True)
class Aims:
    """What the lesson has to cover, by weight, and what it has covered so far."""

    grade: GradeLevel
    weights: dict[str, float]
    covered: set[str] = field(default_factory=set)
    taken: list[Candidate] = field(default_factory=list)

    @classmethod
    def of(cls, topic: Topic, passages: Iterable[Passage], grade: GradeLevel) -> "Aims":
        """The words of terms, objectives, title and summary, the most telling first."""
        weights: dict[str, float] = {}
        summary = [passage.text for passage in passages if passage.kind is PassageKind.SUMMARY]
        for source, weight in (
            (summary, _SUMMARY_WEIGHT),
            ([topic.title], _TITLE_WEIGHT),
            (topic.objectives, _OBJECTIVE_WEIGHT),
            ([term.term for term in topic.terms], _TERM_WEIGHT),
        ):
            weights.update({word: weight for line in source for word in text.content(line)})
        return cls(grade=grade, weights=weights)

    def take(self, chosen: Sequence[Candidate]) -> None:
        """Counts sentences as said."""
        self.taken += chosen
        self.covered |= {word for candidate in chosen for word in text.content(candidate.text)}

    def is_redundant(self, candidate: Candidate) -> bool:
        """Whether the lesson says nearly this already."""
        mine = set(text.content(candidate.text))
        for other in self.taken:
            theirs = set(text.content(other.text))
            if mine and len(mine & theirs) / len(mine | theirs) >= _REDUNDANT:
                return True
        return False

    def gain(self, run: Sequence[Candidate]) -> float:
        """How much a run of sentences adds, less what makes it hard to read."""
        said = {word for candidate in run for word in text.content(candidate.text)}
        value = sum(
            self.weights[word] * (_ALREADY_COVERED if word in self.covered else 1.0)
            for word in said
            if word in self.weights
        )
        return value - sum(self._effort(candidate) for candidate in run)

    def _effort(self, candidate: Candidate) -> float:
        if candidate.equation:
            return 0.0
        extra_words = max(0, candidate.words - _LONG_SENTENCE[self.grade <= _YOUNG])
        extra_grades = max(0.0, text.reading_grade(candidate.text) - self.grade - 2)
        return 0.25 * extra_words + 0.25 * extra_grades + 0.7 * candidate.text.count("(")


def pick(found: list[Candidate], aims: Aims, *, budget: int, steps_budget: int = 0) -> list[Candidate]:
    """Up to `budget` words, chosen run by run for what each adds to what is already said; in book order.

    Steps that are counted ("First, ... Second, ...") may take `steps_budget` words.
    """
    runs = cand.chunks(found)
    chosen: list[Candidate] = []
    spent = 0
    while runs:
        options = [
            (option, run)
            for run in runs
            for option in _prefixes(run, (steps_budget if cand.is_sequence(run) else budget) - spent, aims)
        ]
        if not options:
            break
        best, whole = max(options, key=lambda pair: _worth(pair[0], aims, first=pair[1] is runs[0] and not chosen))
        if aims.gain(best) < _GAIN_AT_LEAST and chosen:
            break
        runs.remove(whole)
        chosen += best
        aims.take(best)
        spent += sum(candidate.words for candidate in best)
    return _free(sorted(chosen, key=lambda candidate: candidate.order))


def _worth(run: Sequence[Candidate], aims: Aims, *, first: bool) -> float:
    length = sum(candidate.words for candidate in run)
    opening = 3.0 if first else 0.0
    return float((aims.gain(run) + opening) / max(length, 8) ** 0.6)


def _prefixes(run: list[Candidate], room: int, aims: Aims) -> list[list[Candidate]]:
    if aims.is_redundant(run[0]):
        return []
    lengths = [len(run)] if cand.is_sequence(run) else range(1, len(run) + 1)
    whole = [length for length in lengths if length == len(run) or not run[length].equation]
    return [run[:length] for length in whole if sum(candidate.words for candidate in run[:length]) <= room]


def _free(chosen: list[Candidate]) -> list[Candidate]:
    """Drops connectives whose other half was not taken."""
    kept: list[Candidate] = []
    for candidate in chosen:
        follows = bool(kept) and kept[-1].order == candidate.order - 1
        kept.append(candidate if follows else cand.standing_alone(candidate))
    return kept
