"""How composer and checks look at text: sentences, content words, numbers, negations, reading grade."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from modules.prose.values.language import ENGLISH, any_of

_ABBREVIATION: Final = re.compile(rf"(?:\b{any_of('abbreviations')}|(?<!\d )(?<!°)\b[A-Z])\.$")
_GAP: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NEGATION: Final = re.compile(rf"\b{any_of('negations')}\b|n['’]t\b", re.IGNORECASE)
_STOP: Final = frozenset(ENGLISH["stop_words"].split())
_ENDINGS: Final = ENGLISH["endings"].split()
_SHORTEST_STEM: Final = 4
_EQUATION_WORDS: Final = 16


def sentences(text: str) -> list[str]:
    """Sentences of a passage in order; a line without a full stop, such as an equation, stands alone."""
    found: list[str] = []
    for raw in text.splitlines():
        line, start = " ".join(_BULLET.sub("", raw).split()), 0
        for gap in _GAP.finditer(line):
            if not _ABBREVIATION.search(line[start : gap.start()]):
                found.append(line[start : gap.start()])
                start = gap.end()
        found += [line[start:]] if line[start:] else []
    return found


@lru_cache(maxsize=8192)
def count(text: str) -> int:
    """How many words a reader counts."""
    return sum(any(map(str.isalnum, token)) for token in text.split())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem, the same for the forms of one word."""
    lower = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= _SHORTEST_STEM:
            return stem(lower.removesuffix(ending))
    return lower


@lru_cache(maxsize=8192)
def content(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order."""
    return tuple(stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP)


def numbers(text: str) -> frozenset[str]:
    return frozenset(found.replace(",", "") for found in _NUMBER.findall(text))


def negations(text: str) -> int:
    return len(_NEGATION.findall(text))


def equation_in(text: str) -> str:
    """The equation that a line is, or that it ends with after a colon; else nothing."""
    tail = text.rsplit(": ", 1)[-1]
    short = len(tail.split()) <= _EQUATION_WORDS and not tail.endswith((".", "?", "!", ":", ";", ","))
    return tail if short and re.search(r"[=→⇌≈]", tail) else ""


def is_equation(text: str) -> bool:
    return equation_in(text) == text != ""


def mentions(text: str, term: str) -> bool:
    return bool(term_pattern(term).search(text))


@lru_cache(maxsize=2048)
def term_pattern(term: str) -> re.Pattern[str]:
    """Finds a term as whole words, with a plural ending or without."""
    body = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term.strip())))
    return re.compile(rf"(?<![\w-]){body}(?:s|es)?(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=8192)
def tally(text: str) -> tuple[int, int, int]:
    """How many sentences, words and syllables a text has; equations are left out."""
    read = [words for line in sentences(text) if not is_equation(line) and (words := _WORD.findall(line))]
    return len(read), sum(map(len, read)), sum(syllables(word) for words in read for word in words)


def total(tallies: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Tallies added up."""
    lines, words, spoken = (sum(column) for column in zip((0, 0, 0), *tallies, strict=True))
    return lines, words, spoken


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade level; equations are left out."""
    return grade_of(*tally(text))


def grade_of(lines: int, words: int, spoken: int) -> float:
    """Flesch-Kincaid grade level by the count of sentences, words and syllables; 0.0 without words.

    Source: Kincaid et al. 1975, 0.39 words/sentence + 11.8 syllables/word - 15.59.
    """
    return 0.39 * words / lines + 11.8 * spoken / words - 15.59 if words else 0.0


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Syllables of an English word, by its vowel groups. Source: 94.7 % exact against CMUdict."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:  # noqa: PLR2004 - short words have one
        return 1
    letters = re.sub(r"(?:[^laeiouy]es|[^aeioutd]ed|[^laeiouy]e)$", lambda ending: ending.group()[0], letters)
    groups = len(re.findall(r"[aeiouy]{1,2}", letters.removeprefix("y")))
    split = len(re.findall(r"i[aou](?!us$)|eo|ism$|ua", letters))
    merged = len(re.findall(r"tion|cial|tial|cian|sion|gion|cious|tious|ques?|gua|qua", letters))
    return max(1, groups + split - merged)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
