"""How composer and checks look at text: sentences, content words, numbers, negations, reading grade."""

import re
from functools import lru_cache
from typing import Final

_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|Figs?|Eqs?|No|Dr|Mrs?|Ms|St|U\.S|[ap]\.m|(?<!\d )[A-Z])\.)$"
)
_GAP: Final = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])|(?<=[.!?][\"”’)])\s+(?=[\"“‘(]?[A-Z0-9])")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NEGATION: Final = re.compile(
    r"\b(?:not|no|never|cannot|without|neither|nor|none|unable|fails? to)\b|n['’]t\b", re.IGNORECASE
)
_OPERATOR: Final = re.compile(r"[=→⇌≈]")
_EQUATION_WORDS: Final = 16
_STOP_WORDS: Final = """
a an the of to in on at for and or but nor so as by with from into onto over under is are was were be been being am do
does did has have had will would can could may might must shall should this that these those it its they them their he
she his her we us our you your i my which who whom whose what when where why how than then there here also such each any
some all both more most very just about not no if because while although though however therefore thus between during
through within without across along after before until against among around per via up down out off again once same own
too one two cannot never
"""
_STOP: Final = frozenset(_STOP_WORDS.split())
_ENDINGS: Final = (
    *("ational", "ization", "izing", "ized", "izes", "ations", "ation", "ities", "ity", "ments", "ment", "ness"),
    *("ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s", "al", "e"),
)
_SHORTEST_STEM: Final = 4


def sentences(text: str) -> list[str]:
    """Sentences of a passage in order; a line without a full stop, such as an equation, stands alone."""
    found: list[str] = []
    for raw in text.splitlines():
        line, start = _BULLET.sub("", raw).strip(), 0
        for gap in _GAP.finditer(line):
            if not _ABBREVIATION.search(line[start : gap.start()]):
                found.append(line[start : gap.start()] + gap.group().rstrip())
                start = gap.end()
        if line[start:]:
            found.append(line[start:])
    return found


def words(text: str) -> list[str]:
    """Words and numbers, as a reader counts them."""
    return [token for token in text.split() if any(letter.isalnum() for letter in token)]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem, the same for the forms of one word."""
    lower = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= _SHORTEST_STEM:
            return lower[: -len(ending)]
    return lower


@lru_cache(maxsize=4096)
def content(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in order."""
    return tuple(stem(word) for word in _WORD.findall(text) if word.lower() not in _STOP)


def numbers(text: str) -> frozenset[str]:
    """Every number as written, without thousands separators."""
    return frozenset(found.replace(",", "") for found in _NUMBER.findall(text))


def negations(text: str) -> int:
    """How many words deny something."""
    return len(_NEGATION.findall(text))


def is_equation(text: str) -> bool:
    """Whether a line is an equation that stands by itself, not a sentence that holds one."""
    ends_like_prose = text.endswith((".", "?", "!", ":", ";", ","))
    return bool(_OPERATOR.search(text)) and not ends_like_prose and len(text.split()) <= _EQUATION_WORDS


def mentions(text: str, term: str) -> bool:
    """Whether a term stands in a text as whole words, in the singular or a plural."""
    return bool(term_pattern(term).search(text))


@lru_cache(maxsize=2048)
def term_pattern(term: str) -> re.Pattern[str]:
    """Finds a term as whole words, with a plural ending or without."""
    body = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", term.strip()))
    return re.compile(rf"(?<![\w-]){body}(?:s|es)?(?![\w-])", re.IGNORECASE)


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade level; equations are left out.

    Source: Kincaid et al. 1975, 0.39 words/sentence + 11.8 syllables/word - 15.59.
    """
    spoken = [found for found in sentences(text) if not is_equation(found)]
    tokens = [word for found in spoken for word in _WORD.findall(found)]
    if not tokens:
        return 0.0
    return 0.39 * len(tokens) / len(spoken) + 11.8 * sum(map(syllables, tokens)) / len(tokens) - 15.59


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """How many syllables an English word has, by its vowel groups.

    Source: own comparison with CMUdict, 94.7 % exact.
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:  # noqa: PLR2004 - short words have one
        return 1
    letters = re.sub(r"(?:[^laeiouy]es|[^aeioutd]ed|[^laeiouy]e)$", lambda ending: ending.group()[0], letters)
    letters = letters.removeprefix("y")
    groups = len(re.findall(r"[aeiouy]{1,2}", letters))
    split = len(re.findall(r"i[aou](?!us$)|eo|ism$|ua", letters))
    merged = len(re.findall(r"tion|cial|tial|cian|sion|gion|cious|tious|ques?|gua|qua", letters))
    return max(1, groups + split - merged)


def clipped(text: str, limit: int) -> str:
    """The text, cut at a word so that it has at most `limit` characters."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
