"""How the checks look at text. The rubric has its own eyes: a writer's mistake in counting must not pass its judge."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from modules.rubric.domain.language import ENGLISH, any_of, words_of

_ABBREVIATION: Final = re.compile(rf"(?:\b{any_of('abbreviations')}|(?<!\d )(?<!°)\b[A-Z])\.$")
_GAP: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_UNIT: Final = "|".join(sorted(map(re.escape, ENGLISH["units"].split()), key=len, reverse=True))
_FIGURE: Final = re.compile(rf"(?<![\w.,^])([-−]?\d[\d,]*(?:\.\d+)?)(?:\s?({_UNIT})(?![\w/]))?")
_STOP: Final = words_of("stop_words")
_ENDINGS: Final = ENGLISH["endings"].split()
_SHORTEST_STEM: Final = 4
_EQUATION_WORDS: Final = 16
_SHORTEST_SENTENCE: Final = 4


def sentences(text: str) -> list[str]:
    """Sentences in order; a line without a full stop stands alone."""
    found: list[str] = []
    for raw in text.splitlines():
        line, start = " ".join(raw.split()), 0
        for gap in _GAP.finditer(line):
            if not _ABBREVIATION.search(line[start : gap.start()]):
                found.append(line[start : gap.start()])
                start = gap.end()
        found += [line[start:]] if line[start:] else []
    return found


def count(text: str) -> int:
    """How many words a reader counts."""
    return sum(any(map(str.isalnum, token)) for token in text.split())


def tokens(text: str) -> list[str]:
    """Words and figures in lower case, without punctuation."""
    return re.findall(r"[^\W_]+", text.lower())


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


def content_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*map(content, texts))


def figures(text: str) -> set[tuple[str, str]]:
    """Each figure with the unit behind it, or with nothing; a digit inside a formula such as H2O is none."""
    return {(number.rstrip(",").replace(",", "").replace("−", "-"), unit) for number, unit in _FIGURE.findall(text)}


def is_equation(text: str) -> bool:
    """Whether a line is an equation and no sentence."""
    short = len(text.split()) <= _EQUATION_WORDS and not text.endswith((".", "?", "!", ":", ";", ","))
    return short and re.search(r"[=→⇌≈]", text) is not None


def is_whole(line: str) -> bool:
    """Whether a line is long enough for a sentence and ends as one."""
    return line.rstrip('"”’)').endswith((".", "?", "!")) and count(line) >= _SHORTEST_SENTENCE


@lru_cache(maxsize=4096)
def term_pattern(term: str) -> re.Pattern[str]:
    """Finds a term as whole words, with a plural ending or without."""
    body = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", term.strip())))
    return re.compile(rf"(?<![\w-]){body}(?:s|es)?(?![\w-])", re.IGNORECASE)


def mentions(text: str, term: str) -> bool:
    first = term.split(maxsplit=1)[0].split("-", maxsplit=1)[0].lower() if term.strip() else ""
    # The plain look is quick, and spares nearly every pattern.
    return bool(first) and first in text.lower() and bool(term_pattern(term).search(text))


def prose(texts: Iterable[str]) -> list[str]:
    """Sentences without the equations."""
    return [line for text in texts for line in sentences(text) if not is_equation(line)]


def reading_grade(lines: Iterable[str]) -> float:
    """Flesch-Kincaid grade level of sentences; 0.0 without words.

    Source: Kincaid et al. 1975, 0.39 words/sentence + 11.8 syllables/word - 15.59.
    """
    read = [found for line in lines if (found := _WORD.findall(line))]
    words = [word for line in read for word in line]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(read) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


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
