"""Finds the interest that a student's own words mean, or none: a guess would be worse."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from modules.lesson_writing.domain.language import ENGLISH

_LEAD: Final = re.compile(rf"^(?:(?:{'|'.join(ENGLISH['interest_leads'])})\s+)+")
_SHORTEST_TYPO: Final = 6
_LONGEST: Final = 40
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def nearest_interest(words: str, known: Mapping[str, str]) -> str:
    """The id behind a phrase: written so, in another form of the word, or with one slip of the pen; else empty.

    `known`: each phrase in lower case, with the id that it means.
    """
    phrase = " ".join(words.lower().replace("’", "'").replace("–", "-").split()).strip(" .,!?")[:_LONGEST]
    bare = _LEAD.sub("", phrase)
    forms = {form: meant for name, meant in known.items() for form in _forms(name)}
    for one in (phrase, bare):
        if one in known:
            return known[one]
    meant = {forms[form] for form in _forms(bare) if form in forms}
    if not meant and len(bare) >= _SHORTEST_TYPO:
        meant = {known[other] for other in _one_slip(bare) if other in known and len(other) >= _SHORTEST_TYPO}
    return meant.pop() if len(meant) == 1 else ""


def _forms(phrase: str) -> Iterator[str]:
    """A phrase in the singular, in the plural, and as what somebody does."""
    yield phrase
    if phrase.endswith("s") and not phrase.endswith("ss"):
        yield phrase[:-1]
    yield f"{phrase}s"
    for ending in ("ing", "er", "ers"):
        if phrase.endswith(ending) and len(phrase) > len(ending) + 2:
            stem = phrase.removesuffix(ending)
            yield stem
            yield f"{stem}e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]


def _one_slip(word: str) -> Iterator[str]:
    """The word with one letter left out, doubled, wrong, or two swapped."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    for head, tail in cuts:
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
