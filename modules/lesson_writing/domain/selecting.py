"""Chooses the sentences of one part of a lesson: those that cover most of what is to be learnt, in book order."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

from modules.lesson_writing.domain.candidates import Candidate, announces, is_sequence, runs, standing_alone
from modules.lesson_writing.domain.language import ENGLISH, holds
from modules.lesson_writing.domain.material import Ease, Material
from modules.prose import interface as text

_SUMMARY, _TITLE, _TERM, _AIMED = 0.4, 1.0, 0.8, 1.3
_VERBS: Final = frozenset(word for verb in ENGLISH["objective_verbs"].split() for word in text.content(verb))
_DO: Final = frozenset(ENGLISH["objective_verbs"].split())
_AGAIN: Final = 0.4
_AIMED_AGAIN: Final = 0.1
_REDUNDANT: Final = 0.7
_OPENING: Final = 3.0
_STEPS: Final = 6.0
_GAIN_AT_LEAST: Final = -0.3
_LEANING: Final = 0.8
_YOUNG: Final = 8
_STORY: Final = 0.5
_DEFINES: Final = holds("defining")
_PAST: Final = holds("narrating")
_NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_YEAR: Final = re.compile(r"\b(?:1[4-9]|20)\d\d\b")


@dataclass(slots=True)
class Aims:
    """What the lesson has to cover, by weight, and what it has said so far.

    Attributes:
        aimed: what its objectives are about, the rarer in the book the heavier.
        terms: the topic's; explained: those with a definition to show, `most_terms` of which a lesson may use.
        tells: the topic is a story of people and years, which elsewhere would be an aside.
    """

    grade: int
    ease: Ease
    weights: dict[str, float]
    aimed: dict[str, float]
    terms: tuple[str, ...]
    explained: frozenset[str]
    most_terms: int
    tells: bool
    said: list[tuple[str, set[str]]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, material: Material) -> "Aims":
        """The words of summary, title, objectives and terms, the last with the highest weight."""
        topic, terms = material.topic, tuple(one.term for one in material.topic.terms)
        summary = [one.text for one in material.summary]
        aimed = _aimed_at(material)
        weighed = ((summary, _SUMMARY), (terms, _TERM), ([topic.title], _TITLE))
        weights = {word: weight for lines, weight in weighed for line in lines for word in text.content(line)}
        past = sum(bool(_PAST.search(one.text)) for one in material.prose)
        return cls(
            grade=material.grade,
            ease=material.ease,
            weights={word: weight for word, weight in weights.items() if word not in _VERBS} | aimed,
            aimed=aimed,
            terms=terms,
            explained=frozenset(material.homes),
            most_terms=material.most_terms,
            tells=past > _STORY * len(material.prose),
        )

    def take(self, chosen: Iterable[Candidate]) -> None:
        for one in chosen:
            self.said.append((one.text, set(text.content(one.text))))
            self.used |= self.terms_in(one.text)

    def forget(self, dropped: Iterable[Candidate]) -> None:
        """Unsays what was taken and is not used after all."""
        gone = {one.text for one in dropped}
        self.said = [pair for pair in self.said if pair[0] not in gone]
        self.used = {term for line, _ in self.said for term in self.terms_in(line)}

    def terms_in(self, line: str) -> set[str]:
        lower = line.lower()
        return {term for term in self.terms if term[:4].lower() in lower and text.mentions(line, term)}

    def affords(self, run: Iterable[Candidate]) -> bool:
        """Whether the lesson can explain every term that the run would bring in."""
        new = {term for one in run for term in self.terms_in(one.text)} - self.used
        return new <= self.explained and len(self.used | new) <= max(self.most_terms, len(self.used))

    @property
    def missing(self) -> dict[str, float]:
        """What the objectives are about and the lesson has not said yet."""
        covered = set[str]().union(*(words for _, words in self.said))
        return {word: weight for word, weight in self.aimed.items() if word not in covered}

    def is_redundant(self, one: Candidate, *, alike: float = _REDUNDANT) -> bool:
        """Whether the lesson says nearly this already."""
        mine = set(text.content(one.text))
        return any(len(mine & theirs) >= alike * len(mine | theirs) for _, theirs in self.said)

    def gain(self, run: Iterable[Candidate]) -> float:
        """How much a run of sentences adds, less what makes it hard to read."""
        run, covered = list(run), set[str]().union(*(words for _, words in self.said))
        new = {word for one in run for word in text.content(one.text) if word in self.weights}
        value = sum(self.weights[word] * (_AGAIN if word in covered else 1.0) for word in new)
        value -= sum(self.aimed[word] * (_AGAIN - _AIMED_AGAIN) for word in new & covered & set(self.aimed))
        return value - sum(self.effort(one) for one in run if not one.equation)

    def matters(self, one: Candidate) -> float:
        """How much of what the lesson is about a sentence says, for its length."""
        told = sum(self.weights.get(word, 0.0) for word in set(text.content(one.text)))
        return float((told + 2 * defines(one.text)) / max(10, one.words) ** 0.7)

    def effort(self, one: Candidate) -> float:
        """Length and difficulty, and what tells a story or does a sum instead of stating how things are."""
        extra_words = max(0, one.words - 20 - 6 * (self.grade > _YOUNG))
        extra_grades = max(0.0, text.reading_grade(one.text) - self.grade + 1)
        names = [word for word in _NAME.findall(one.text) if text.stem(word) not in self.weights]
        aside = len(names) + 3 * len(_YEAR.findall(one.text)) + 2 * bool(_PAST.search(one.text))
        sums = 2 * bool(text.numbers(one.text))
        states = 1.5 * defines(one.text)
        apart = 0.0 if self.tells else 0.7 * aside + sums
        apart += _LEANING * one.leans
        return 0.12 * extra_words + self.ease.weight * extra_grades + 0.7 * one.text.count("(") + apart - states


def _aimed_at(material: Material) -> dict[str, float]:
    """Words of the objectives, or of title and terms without any, by how rare they are among the sentences."""
    lines = [set(text.content(one.text)) for one in [*material.prose, *material.summary]]
    topic = material.topic
    goals = {word for line in topic.objectives for word in text.content(_without_verbs(line))}
    goals = goals or {word for line in [topic.title, *(one.term for one in topic.terms)] for word in text.content(line)}
    times = {word: sum(word in line for line in lines) for word in goals}
    return {word: _AIMED * log(1 + len(lines) / found) for word, found in times.items() if found}


def _without_verbs(goal: str) -> str:
    """An objective without what a student is to do with what it is about."""
    return " ".join(word for word in goal.split() if word.lower().strip(".,;:") not in _DO)


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
    ends = [end for end in ends if aims.affords(run[:end])]
    ends = [end for end in ends if not (is_sequence(run[end:]) and (is_sequence(run[:end]) or announces(run[end - 1])))]
    return [run[:end] for end in ends if sum(one.words for one in run[:end]) <= room]


def _untied(chosen: list[Candidate]) -> list[Candidate]:
    """Drops connectives whose other half was not taken."""
    orders = {one.order for one in chosen}
    return [one if one.order - 1 in orders else standing_alone(one) for one in chosen]
