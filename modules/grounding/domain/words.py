"""Reads a text into sentences, and a sentence into tokens that can be compared."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from modules.grounding.domain.language import Language

_GAP: Final = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))\s+(?=[\"“‘(]?[A-Z0-9])")
_BULLET: Final = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_LOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_HIGH: Final = re.compile(r"[⁺⁻⁰¹²³⁴-⁹]+")
_RAISED: Final = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_TOKEN: Final = re.compile(
    r"(?P<number>(?:(?<![\w)])[-−])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
    r"(?P<power>\^\(?\s?[-−+]?\s?\d+\)?)?"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)(?P<digits>(?:[_^]?\d+[^\W\d_]*)+[+−]?)?"
    r"|(?P<pause>[;:—–]|,(?= (?:but|and|so|while|whereas|although|because)\b))"
    r"|(?P<sign>[=+−×÷*/^<>≤≥≠→⇌≈%°∝±·⋅$£¢√∞])"
)
_SIGNS_OF_UNITS: Final = frozenset("%°$£¢")
_STUMPS: Final = frozenset(("ca", "wo", "sha", "can", ""))
"""What is left of `can't`, `won't`, `shan't`, `cannot` without the negation: nothing that tells two claims apart."""
_SIGN_LETTERS: Final = 2
_SHORTENED: Final = re.compile(r"['’](?:s|ll|ve|re|d|m)$")
_NOT: Final = re.compile(r"n['’]t$")
_CURRENCY: Final = frozenset("$£¢")


class Kind(IntEnum):
    """What a token is to the rules. FUNCTION: holds a sentence together. SYMBOL: a formula or a letter."""

    FUNCTION = 0
    WORD = 1
    NUMBER = 2
    UNIT = 3
    SIGN = 4
    SYMBOL = 5
    QUANTIFIER = 6


@dataclass(slots=True, eq=False)
class Token:
    """A word, number or sign. `key`: equal for what means the same; `denied`: a negation stands before it."""

    key: str
    kind: Kind
    weight: float = 0.0
    denied: bool = False
    weak: bool = False


_PAUSE: Final = Token("", Kind.FUNCTION)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A sentence, read. `held`: the keys of what carries weight. `denials`: how many negations stand in it."""

    text: str
    tokens: tuple[Token, ...]
    held: frozenset[str]
    denials: int


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


@lru_cache(maxsize=4096)
def read(text: str, language: Language) -> Line:
    """A sentence as tokens; negations are kept as marks on what they deny."""
    tokens: list[Token] = []
    denying, denials = 0, 0
    for token in _tokens(text, language):
        if token is None:
            denying, denials = denying + 1, denials + 1
        elif token is _PAUSE:
            denying = _settled(tokens, denying)
        else:
            if denying and token.kind is not Kind.FUNCTION:
                token.denied, denying = bool(denying % 2), 0
            tokens.append(token)
    _settled(tokens, denying)
    return Line(text, tuple(tokens), frozenset(one.key for one in tokens if one.weight), denials)


def _settled(tokens: Sequence[Token], denying: int) -> int:
    """Negations after which nothing comes that they could deny count for what stands before them."""
    last = next((token for token in reversed(tokens) if token.kind is not Kind.FUNCTION), None)
    if denying % 2 and last is not None:
        last.denied = not last.denied
    return 0


def joined(one: Line, other: Line) -> Line:
    return Line(
        f"{one.text} {other.text}", one.tokens + other.tokens, one.held | other.held, one.denials + other.denials
    )


def _tokens(text: str, language: Language) -> Iterator[Token | None]:
    """The tokens of a sentence; None is a negation."""
    text = _HIGH.sub(lambda found: "^" + found.group().translate(_RAISED), text.translate(_LOW))
    before: Token | None = None
    for found in _TOKEN.finditer(_with_phrases(text, language)):
        for made in _made(found, language, before):
            if made is not None and made.kind is Kind.NUMBER and before is not None and before.kind is Kind.NUMBER:
                scaled = _scaled(before, made, found.group(), language)
                if scaled:
                    continue
            yield made
            before = made


def _with_phrases(text: str, language: Language) -> str:
    lower = language.opener.sub("", text[:1].lower() + text[1:])
    return language.phrases.sub(lambda found: language.phrase[found.group()], lower)


def _made(found: re.Match[str], language: Language, before: Token | None) -> Iterator[Token | None]:
    number, word, digits, sign = found["number"], found["word"], found["digits"], found["sign"]
    if found["pause"]:
        yield _PAUSE
    elif number:
        power = re.sub(r"[()\s]", "", found["power"] or "").replace("−", "-")
        yield Token(_value(number) + power, Kind.NUMBER, 4.0)
    elif sign:
        is_unit = sign in _SIGNS_OF_UNITS
        yield Token(sign, Kind.UNIT if is_unit else Kind.SIGN, 1.0)
    elif digits:
        yield Token((word + digits).replace("_", ""), Kind.SYMBOL, 6.0)
    else:
        yield from _of_word(word, language, before)


def _of_word(word: str, language: Language, before: Token | None) -> Iterator[Token | None]:
    unit = _unit(word, language, before)
    if unit:
        yield Token(unit, Kind.UNIT, 2.0)
    else:
        yield from (Token(*form) if form else None for form in _forms(word, language))


_Form = tuple[str, Kind, float, bool, bool]


@lru_cache(maxsize=32768)
def _forms(word: str, language: Language) -> tuple[_Form | None, ...]:
    """The fields of the tokens that a word makes; None is a negation."""
    lower = _SHORTENED.sub("", word.lower())
    denial: tuple[None, ...] = ()
    if _NOT.search(lower) or lower == "cannot":
        denial, lower = (None,), _NOT.sub("", lower).removesuffix("not")
    if lower in language.negators:
        return (*denial, None)
    return denial if lower in _STUMPS else (*denial, _form(word, lower, language))


def _form(word: str, lower: str, language: Language) -> _Form:
    if lower in language.numbers or lower in language.scales:
        value = language.numbers.get(lower, language.scales.get(lower, 0.0))
        return _value(f"{value:.10g}"), Kind.NUMBER, 2.0, False, lower in language.weak_numbers
    if lower in language.quantifiers:
        return language.quantifiers[lower], Kind.QUANTIFIER, 0.0, False, False
    if lower in language.stop_words or lower in language.causal:
        return lower, Kind.FUNCTION, 0.0, False, False
    if len(word) == 1:
        return word, Kind.SYMBOL, 3.0, False, False
    stem = language.stem(lower)
    return stem, Kind.WORD, language.weight(stem), False, False


def _unit(word: str, language: Language, before: Token | None) -> str | None:
    """The sign of a unit, where the word stands behind a number or behind another unit and a stroke."""
    if before is None or before.kind not in (Kind.NUMBER, Kind.UNIT, Kind.SIGN):
        return None
    if word.lower() in language.stop_words or (before.kind is Kind.SIGN and before.key not in "/⋅·"):
        return None
    return language.units.get(word) or (language.units.get(word.lower()) if len(word) > _SIGN_LETTERS else None)


def _value(number: str) -> str:
    plain = number.replace(",", "").replace("−", "-").replace("+", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _scaled(before: Token, made: Token, word: str, language: Language) -> bool:
    """Makes one number of two: `3 million`, `twenty five`."""
    lower = word.lower()
    try:
        first, second = float(before.key), float(made.key)
    except ValueError:
        return False
    if lower in language.scales:
        before.key = _value(f"{first * second:.10g}")
    elif lower in language.numbers and 20 <= first < 100 and first % 10 == 0 and 0 < second < 10:  # noqa: PLR2004
        before.key = _value(f"{first + second:.10g}")
    else:
        return False
    return True
