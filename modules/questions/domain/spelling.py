"""Finds the word that a student meant: `collison`, `potasium`, `independant`, `hybridisation`."""

from collections.abc import Mapping
from typing import Final

_SHORTEST: Final = 5
_LONG: Final = 8
# Letters that are taken for each other; any other pair is another word (`sneaker` is not `speaker`).
_ALIKE: Final = ("aeiouy", "dt", "szc", "kcq", "mn", "fv", "gj", "bp")
_FAR: Final = 99


def nearest(word: str, vocabulary: Mapping[str, int]) -> str | None:
    """The commonest word of the vocabulary within a slip of the pen, two in a long word; None when there is none.

    Args:
        word: lower-case.
        vocabulary: lower-case words with how often each stands.
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return None
    most, letters = 2 if len(word) >= _LONG else 1, set(word)
    found = [
        (slips, -count, known)
        for known, count in vocabulary.items()
        if known[0] == word[0]
        and abs(len(known) - len(word)) <= most
        # A slip changes two letters at most, so most words need not be compared.
        and len(letters.symmetric_difference(known)) <= 2 * most
        and (slips := _slips(word, known)) <= most
    ]
    return min(found)[2] if found else None


def _slips(one: str, other: str) -> int:
    """Letters left out, put in, swapped with their neighbour, or taken for one that sounds alike."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for to, meant in enumerate(other, start=1):
            step = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + _taken_for(letter, meant))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == meant:
                step = min(step, earlier[to - 2] + 1)
            row.append(step)
    return row[-1]


def _taken_for(letter: str, meant: str) -> int:
    if letter == meant:
        return 0
    return 1 if any(letter in group and meant in group for group in _ALIKE) else _FAR
