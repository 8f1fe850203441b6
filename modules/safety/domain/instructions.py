"""Finds orders to the program in what students and books write, and takes them out."""

import re
from typing import Final

from modules.safety.domain.disguises import readings, undisguised, visible
from modules.safety.domain.languages import ENGLISH, filled

# What an order cannot do without is looked for first: a plain search is a hundred times as quick.
_ORDERS: Final = tuple((tuple(one["needs"]), re.compile(filled(one["if"]), re.IGNORECASE)) for one in ENGLISH["orders"])
_GLUE: Final = frozenset(ENGLISH["glue"].split())
_EDGE: Final = re.compile(
    rf"^(?:(?:{'|'.join(ENGLISH['joining'].split())})\b|[\s,;:.!?\-–—\"'#*>|\])}}])+"
    rf"|(?:[\s,;:\-–—\"'#*<|\[({{]|\b(?:{'|'.join(ENGLISH['joining'].split())})\b[\s.!?]*)+$",
    re.IGNORECASE,
)
# What a sentence that was taken out leaves of its stops.
_AFLOAT: Final = re.compile(r"([.?!,;:]?)(?:\s+[.?!])+(?=\s|$)")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_MARKUP: Final = re.compile("|".join(ENGLISH["markup"]))
_MARKED: Final = tuple(ENGLISH["marked"])
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")


def without_orders(text: str) -> str | None:
    """What is left of the text when the orders are taken out, empty when that says nothing; None without orders."""
    for reading in readings(text):
        if _orders(reading):
            rest = reading
            for order in _orders(reading):
                # An order goes on to the end of its sentence, and markup ends one.
                rest = order.sub(" . ", rest)
            rest = _AFLOAT.sub(r"\1", " ".join(rest.split()))
            rest = _EDGE.sub("", _EDGE.sub("", rest)).strip()
            return rest if _says_something(rest) else ""
    return None


def quotable(text: str) -> str:
    """The sentences of a book that may be shown; the text itself when there is nothing to take out."""
    seen = visible(text)
    if _may_be_shown(seen):
        return seen
    return " ".join(one for one in _SENTENCE.split(seen) if _may_be_shown(one))


def _may_be_shown(text: str) -> bool:
    return not _is_marked_up(text) and not any(_orders(reading) for reading in undisguised(text))


def _is_marked_up(text: str) -> bool:
    small = text.lower()
    return any(one in small for one in _MARKED) and _MARKUP.search(small) is not None


def _orders(reading: str) -> list[re.Pattern[str]]:
    """The kinds of orders that stand in a text."""
    small = reading.lower()
    return [order for needs, order in _ORDERS if any(one in small for one in needs) and order.search(reading)]


def _says_something(rest: str) -> bool:
    return any(word.lower() not in _GLUE and len(word) > 1 for word in _WORD.findall(rest))
