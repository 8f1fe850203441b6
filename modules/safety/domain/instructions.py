"""Finds orders to the program in what students and books write, and takes them out."""

import re
from typing import Final

from modules.safety.domain.disguises import plain, readings, visible
from modules.safety.domain.languages import ENGLISH, filled

_ORDERS: Final = re.compile("|".join(f"(?:{filled(one)})" for one in ENGLISH["orders"]), re.IGNORECASE)
_GLUE: Final = frozenset(ENGLISH["glue"].split())
_EDGE: Final = re.compile(
    rf"^(?:(?:{'|'.join(ENGLISH['joining'].split())})\b|[\s,;:.!?\-–—\"'#*>|\])}}])+"
    rf"|(?:[\s,;:\-–—\"'#*<|\[({{]|\b(?:{'|'.join(ENGLISH['joining'].split())})\b[\s.!?]*)+$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARKUP: Final = re.compile(
    r"<\s*/?\s*[a-zA-Z!][^<>]*>|<\|[^|]*\|>|javascript:|\bon\w+\s*=|https?://|\bwww\.", re.IGNORECASE
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")


def without_orders(text: str) -> str | None:
    """What is left of the text when the orders are taken out, empty when that says nothing; None without orders."""
    for reading in readings(text):
        if _ORDERS.search(reading):
            rest = " ".join(_ORDERS.sub(" ", reading).split())
            rest = _EDGE.sub("", _EDGE.sub("", rest)).strip()
            return rest if _says_something(rest) else ""
    return None


def quotable(text: str) -> str:
    """The sentences of a book that may be shown; the text itself when there is nothing to take out."""
    seen = visible(text)
    if not _MARKUP.search(seen) and not _ORDERS.search(plain(seen)):
        return seen
    kept = (one for one in _SENTENCE.split(seen) if not _MARKUP.search(one) and not _ORDERS.search(plain(one)))
    return " ".join(kept)


def _says_something(rest: str) -> bool:
    return any(word.lower() not in _GLUE and len(word) > 1 for word in _WORD.findall(rest))
