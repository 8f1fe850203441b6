"""What a slide shows of a sentence that the voice says: a few of its words, never the sentence itself."""

import re
from collections.abc import Iterator
from typing import Final

from modules.storyboards.domain.wording import ENGLISH, capitalised, words

_SMALL: Final = frozenset(ENGLISH["asking"].split())
_WORD: Final = re.compile(r"[^\s,;:.()\[\]“”\"–—]+|[,;:.()–—]")
_PHRASES: Final = 3
_PHRASE_WORDS: Final = 3
_BETWEEN: Final = " · "


def gist(line: str, *, most: int) -> str:
    """Up to three short phrases of the line, in its order, `most` words in all.

    The longest phrases say most; a phrase is a run of words that are not small ones.
    """
    phrases = list(_phrases(line))
    by_length = sorted(range(len(phrases)), key=lambda at: (-len(phrases[at]), at))
    kept: list[int] = []
    room = most
    for at in by_length:
        if len(kept) < _PHRASES and len(phrases[at]) <= room:
            kept.append(at)
            room -= len(phrases[at])
    return capitalised(_BETWEEN.join(" ".join(phrases[at]) for at in sorted(kept)))


def bare(phrase: str) -> str:
    """A noun phrase without the small words in front: `the push from your legs` is `push from your legs`."""
    parts = phrase.split()
    while len(parts) > 1 and parts[0].lower() in _SMALL:
        parts = parts[1:]
    return " ".join(parts)


def _phrases(line: str) -> Iterator[tuple[str, ...]]:
    run: list[str] = []
    seen: set[str] = set()
    for word in [*_WORD.findall(line), "."]:
        # A decimal point inside a number is part of its word.
        small = not any(map(str.isalnum, word)) or word.lower().strip("'’") in _SMALL
        # What goes on after a whole phrase is left out, or the slide would say the sentence after all.
        if not small and word.lower() not in seen and len(run) < _PHRASE_WORDS:
            run.append(word)
            seen.add(word.lower())
        if small:
            if any(words(part) for part in run):
                yield tuple(run)
            run = []
