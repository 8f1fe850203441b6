"""Sentences and words of a text."""

import re
from functools import lru_cache
from typing import Final

from modules.grounding.domain.language import Language

_GAP: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SHORTEST_STEM: Final = 4


def sentences(text: str, language: Language) -> list[str]:
    """Sentences in order; a line without a full stop, such as an equation, stands alone."""
    found: list[str] = []
    for raw in text.splitlines():
        line, start = " ".join(_BULLET.sub("", raw).split()), 0
        for gap in _GAP.finditer(line):
            if not language.abbreviation.search(line[start : gap.start()]):
                found.append(line[start : gap.start()])
                start = gap.end()
        found += [line[start:]] if line[start:] else []
    return found


@lru_cache(maxsize=16384)
def stem(word: str, language: Language) -> str:
    """A crude stem, the same for the forms of one word."""
    lower = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in language.endings:
        if lower.endswith(ending) and len(lower) - len(ending) >= _SHORTEST_STEM:
            return stem(lower.removesuffix(ending), language)
    return lower


@lru_cache(maxsize=4096)
def content(text: str, language: Language) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order."""
    return tuple(stem(word, language) for word in _WORD.findall(text) if word.lower() not in language.stop_words)


def numbers(text: str) -> frozenset[str]:
    return frozenset(found.replace(",", "") for found in _NUMBER.findall(text))


def negations(text: str, language: Language) -> int:
    return len(language.negation.findall(text))
