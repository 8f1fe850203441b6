"""Looks through what hides a word: invisible characters, look-alike letters, digits for letters, spaced-out letters."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from modules.safety.domain.languages import ENGLISH, HOMOGLYPHS

_LEET: Final = str.maketrans(ENGLISH["leet"])
_LEET_WORD: Final = re.compile(r"(?<![\w@$])[A-Za-z]?[a-z0134578@$!]{2,}(?![\w@$])|(?<!\w)[A-Z0134578@$!]{3,}(?!\w)")
_SPACED: Final = re.compile(r"(?<!\w)\w(?:[\s.*_\-]{1,2}\w){2,}(?!\w)")
_LETTER: Final = re.compile(r"\w")
_RUN: Final = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)
_FORMULA: Final = re.compile(r"[A-Z][a-z]?[1-9]")
_SPELT: Final = frozenset(ENGLISH["spelt_out"].split())
_MISSPELT: Final = tuple(ENGLISH["misspelt"].split())
_LONGEST: Final = max(map(len, _SPELT))
_WRITTEN_CONTROLS: Final = frozenset("\n\r\t")
# Old encodings left controls of this range in books, in the place of dashes and quotation marks.
_OLD_SIGNS: Final = range(0x80, 0xA0)
# Invisible, but of another category: fillers, blank Braille, and the marks that choose between two looks of a sign.
_BLANK: Final = (0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_HIDDEN: Final = dict.fromkeys(
    (
        *_BLANK,
        *(
            code
            for code in (*range(0x20000), *range(0xE0000, 0xE0200))
            if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"}
            and code not in _OLD_SIGNS
            and chr(code) not in _WRITTEN_CONTROLS
        ),
    )
)


def visible(text: str) -> str:
    """The text without what nobody sees."""
    return text.translate(_HIDDEN)


def plain(text: str) -> str:
    """The text in plain letters and single spaces, its case kept; a word of one foreign script stays as it is."""
    composed = unicodedata.normalize("NFKC", visible(text))
    return " ".join(_latin(word) for word in composed.replace("’", "'").replace("‘", "'").split(" ") if word)


def undisguised(text: str) -> tuple[str, ...]:
    """The text in plain letters, and without digits for letters and spaced-out letters where that is another."""
    first = plain(text)
    second = _gathered(_without_digits(first))
    return (first,) if second == first else (first, second)


def readings(text: str) -> Iterator[str]:
    """The ways in which the text may be meant, in plain letters, the plainest first."""
    first = plain(text)
    yield first
    for reading in (_gathered(first), _RUN.sub(r"\1", first), _gathered(_without_digits(first)), _spelt_right(first)):
        if reading != first:
            yield reading


def _latin(word: str) -> str:
    """Letters that look Latin become so in a word that has Latin letters, or nothing but look-alikes."""
    letters = [sign for sign in word if sign.isalpha()]
    mixed = any(sign.isascii() for sign in letters) or all(sign in HOMOGLYPHS for sign in letters)
    # A letter that stands alone is a Greek sign of a formula, unless it looks like a word: `а`, `І`.
    if word.isascii() or not mixed or (len(letters) == 1 and HOMOGLYPHS.get(word, "").lower() not in {"a", "i"}):
        return word
    base = unicodedata.normalize("NFD", "".join(HOMOGLYPHS.get(sign, sign) for sign in word))
    return "".join(sign for sign in base if not unicodedata.combining(sign))


def _without_digits(text: str) -> str:
    def meant(found: re.Match[str]) -> str:
        word = found[0]
        letters = sum(map(str.isalpha, word))
        # `CO2` is a formula, `D1E` in a text of capitals is not.
        if letters == len(word) or letters < 1 or (_FORMULA.match(word) and not text.isupper()):
            return word
        return word.translate(_LEET)

    return _LEET_WORD.sub(meant, text)


def _gathered(text: str) -> str:
    """Letters that stand alone, put together where they spell known words and nothing else."""

    def joined(found: re.Match[str]) -> str:
        words = _words_in("".join(_LETTER.findall(found[0])).lower())
        return " ".join(words) if words else found[0]

    return _SPACED.sub(joined, text)


def _words_in(letters: str) -> list[str]:
    """The known words that the letters spell, the longest first; empty when something is left over."""
    best: list[list[str] | None] = [[], *[None] * len(letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST), end):
            before = best[start]
            if before is not None and letters[start:end] in _SPELT:
                best[end] = [*before, letters[start:end]]
                break
    return best[-1] or []


def _spelt_right(text: str) -> str:
    return re.sub(r"[A-Za-z]{5,}", lambda found: _meant(found[0].lower()) or found[0], text)


@cache
def _meant(word: str) -> str:
    return next((known for known in _MISSPELT if known[0] == word[0] and _is_a_slip(word, known)), "")


def _is_a_slip(word: str, known: str) -> bool:
    """Whether one letter is left out, doubled or changed, or two neighbours are swapped."""
    if word == known or abs(len(word) - len(known)) > 1:
        return False
    if len(word) == len(known):
        wrong = [at for at, (one, other) in enumerate(zip(word, known, strict=True)) if one != other]
        first, last = wrong[0], wrong[-1]
        swapped = last == first + 1 and word[first] == known[last] and word[last] == known[first]
        return len(wrong) == 1 or (swapped and word[last + 1 :] == known[last + 1 :])
    short, long = sorted((word, known), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
