"""How the questions look at text: content words, terms, classes of options; and what they say, as data."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

_ENGLISH: Final[dict[str, Any]] = json.loads((files("modules.quizzes") / "languages" / "en.json").read_text("utf-8"))
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_STOP: Final = frozenset(_ENGLISH["stop_words"].split())
_ENDINGS: Final = _ENGLISH["endings"].split()
_SHORTEST_STEM: Final = 4
_PLURAL: Final = re.compile(rf"(?:[^siu]s(?<!ics)|{'|'.join(_ENGLISH['irregular_plurals'])})$", re.IGNORECASE)
_ADJECTIVE: Final = re.compile(rf"(?:{'|'.join(_ENGLISH['adjective_definitions'])})\b")
_SYMBOL: Final = re.compile(r"[A-Z][A-Za-z]?\d|[=→+×]|[₀-₉⁰-⁹]|^\W?\d")
_OPENS: Final = frozenset(_ENGLISH["opens_phrase"].split())
_VAGUE: Final = frozenset(_ENGLISH["vague_words"].split())
_NO_NOUN: Final = tuple(_ENGLISH["no_noun_endings"].split())
_WORDS_APART, _LETTERS_APART, _TIMES_LONGER = 2, 8, 1.5


def say(name: str, **slots: str) -> str:
    """What a question says."""
    return str(_ENGLISH["say"][name]).format(**slots)


@lru_cache(maxsize=8192)
def count(text: str) -> int:
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
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    return frozenset(stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP)


def opens_phrase(token: str) -> bool:
    """Whether a noun phrase can start behind it."""
    return token.lower() in _OPENS


def is_small(token: str) -> bool:
    return token.lower() in _STOP


def is_vague(phrase: Sequence[str]) -> bool:
    """Whether a run of words is no noun phrase, or one that says too little to be asked for."""
    return phrase[-1].endswith(_NO_NOUN) or not _VAGUE.isdisjoint(phrase)


def numbers(text: str) -> frozenset[str]:
    return frozenset(found.replace(",", "") for found in _NUMBER.findall(text))


@lru_cache(maxsize=2048)
def term_pattern(term: str) -> re.Pattern[str]:
    """Finds a term as whole words, with a plural ending or without."""
    body = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term.strip())))
    return re.compile(rf"(?<![\w-]){body}(?:s|es)?(?![\w-])", re.IGNORECASE)


def mentions(text: str, term: str) -> bool:
    return bool(term_pattern(term).search(text))


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def share(one: str, other: str) -> float:
    """The share of content words that two texts have in common, 0.0 to 1.0."""
    mine, theirs = content(one), content(other)
    return len(mine & theirs) / max(1, len(mine | theirs))


def overlap(one: str, other: str) -> bool:
    """Whether one says nothing but what the other says."""
    mine, theirs = content(one), content(other)
    return mine <= theirs or theirs <= mine if mine and theirs else one.lower() == other.lower()


def alike(one: str, other: str) -> bool:
    """Whether a key and a wrong option are of like length, so that neither stands out."""
    short, long = sorted([len(one), len(other)])
    apart = long - short > _LETTERS_APART and long > _TIMES_LONGER * short
    return not apart and abs(count(one) - count(other)) <= _WORDS_APART


def level(options: Sequence[str]) -> bool:
    """Whether all options are of about as many words."""
    counts = [count(option) for option in options]
    return max(counts) - min(counts) <= _WORDS_APART


@lru_cache(maxsize=8192)
def class_of(option: str) -> tuple[bool, bool]:
    """Whether it is a formula or a figure, and whether it is a plural, as it stands in print."""
    return bool(_SYMBOL.search(capitalised(option))), bool(_PLURAL.search(option))


@lru_cache(maxsize=8192)
def part_of_speech(definition: str) -> str:
    """Of the term that is defined so; options of another give the key away."""
    lower = definition.lower()
    return "adjective" if _ADJECTIVE.match(lower) else "verb" if lower.startswith("to ") else "noun"
