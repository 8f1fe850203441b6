"""Compares a claim with the sentence of a passage that is nearest to it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from modules.grounding.domain import words
from modules.grounding.domain.language import Language
from modules.grounding.interface import Fault, Verdict

_COVERAGE: Final = 0.75


def verdict(claim: str, passage: str, language: Language) -> Verdict:
    wanted, lines = words.content(claim, language), words.sentences(passage, language)
    windows = [*lines, *(f"{one} {two}" for one, two in pairwise(lines))]
    nearest = max(windows, key=lambda window: _coverage(wanted, window, language), default="")
    faults = []
    if _coverage(wanted, nearest, language) < _COVERAGE:
        faults.append(Fault.FOREIGN)
    if not words.numbers(claim) <= words.numbers(nearest):
        faults.append(Fault.NUMBER)
    if words.negations(claim, language) != words.negations(nearest, language):
        faults.append(Fault.NEGATION)
    return Verdict(supported=not faults, faults=tuple(faults), evidence=nearest)


def _coverage(wanted: Sequence[str], window: str, language: Language) -> float:
    """The share of content words found; among equals the window that says least else is nearest."""
    there = set(words.content(window, language))
    share = sum(word in there for word in wanted) / len(wanted) if wanted else 0.0
    return share - 0.001 * len(there - set(wanted))
