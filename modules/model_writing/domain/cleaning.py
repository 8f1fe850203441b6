"""What goes to a model and what comes back is cleaned: of what cannot be seen, of personal data, of orders."""

import re
import unicodedata
from functools import cache
from typing import Final

from modules.model_writing.domain.language import expression, words_of

_UNSEEN: Final = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
_KEPT: Final = frozenset("\n\t")
_VARIATIONS: Final = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Digits with blanks alone are a table of numbers; a telephone number has a sign, a bracket, dashes, or a leading 0.
_TELEPHONE: Final = re.compile(
    r"(?<![\w.,])(?:\+\d{1,3}(?:[ -]?\(?\d{2,4}\)?){2,4}|\(\d{3}\) ?\d{3}[ -]\d{4}|"
    r"\d{3}-\d{3}-\d{4}|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5})(?!\w)"
)
_LINK: Final = re.compile(
    r"\b(?:https?|ftp|file|javascript|data|mailto):\S|\bwww\.\w|"
    r"\b[a-z0-9-]+\.(?:com|net|org|edu|gov|io|ai|app|dev|info|biz|ru|cn|xyz|co|me|ly)\b(?!\.?\w)",
    re.IGNORECASE,
)
# Formulas are full of brackets and of less-than signs: only what is surely meant as markup counts.
_MARKUP: Final = re.compile(
    r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<(?:!--|\?|/?(?:script|img|iframe|svg|style)\b)|&(?:#\w+|[a-z]{2,8});|"
    r"!?\[[^\]\n]*\]\((?:[a-z]+:|[/#]|[\w-]+\.[a-z])|```|\*\*|(?-i:^\s{0,3}#{1,6}\s+[A-Z])|\{\{|\}\}",
    re.IGNORECASE | re.MULTILINE,
)
_LEAK_WORDS: Final = 8


def seen(text: str) -> str:
    """The text without characters that cannot be seen: tags, marks of direction, zero widths, controls."""
    return "".join(letter for letter in text if letter in _KEPT or _is_seen(letter))


def _is_seen(letter: str) -> bool:
    place = ord(letter)
    return unicodedata.category(letter) not in _UNSEEN and not any(low <= place <= high for low, high in _VARIATIONS)


def masked(text: str) -> str:
    """The text without e-mail addresses and telephone numbers, for when nothing better is given."""
    return _TELEPHONE.sub("[phone]", _MAIL.sub("[email]", text))


def fault_in(text: str, *, told: str, fence: str) -> str:
    """Why this may not stand in a lesson, as a sentence for the model, or empty. `told`: the prompt's system part."""
    if _LINK.search(text):
        return "holds a web address; write plain sentences without addresses"
    if _MARKUP.search(text):
        return "holds markup; write plain sentences"
    if fence in text or expression("orders").search(text):
        return "repeats an order to a program; write about the topic only"
    if _runs(text) & _told_runs(told):
        return "repeats these instructions; write about the topic only"
    return ""


def addresses_reader(text: str) -> bool:
    """Whether the sentence speaks to its reader."""
    return bool(set(re.findall(r"\w+", text.lower().replace("’", "'"))) & words_of("reader"))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[start : start + _LEAK_WORDS]) for start in range(len(words) - _LEAK_WORDS + 1))


@cache
def _told_runs(told: str) -> frozenset[tuple[str, ...]]:
    return _runs(told)
