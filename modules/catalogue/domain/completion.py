"""Finds what a few typed letters may become."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final

_FEWEST_LETTERS: Final = 2
_APOSTROPHES: Final = re.compile("['’ʼ]")
_SIGNS: Final = re.compile(r"[\W_]+")
_WORD_RANK: Final = 1
_TERM_RANK: Final = 2


def completions(typed: str, lines: Sequence[tuple[str, Sequence[str]]], *, limit: int) -> list[tuple[int, str]]:
    """(index of the line, title or term that begins so), best first."""
    start = folded(typed[:200])
    if len(start) < _FEWEST_LETTERS:
        return []
    found = ((_best(f" {start}", title, terms), at) for at, (title, terms) in enumerate(lines))
    ranked = sorted((best[0], at, best[1]) for best, at in found if best)
    return [(at, matched) for _, at, matched in ranked[:limit]]


def folded(text: str) -> str:
    """Lower-case words without accents and signs, one space between them: `Newton’s 2nd` is `newtons 2nd`."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _SIGNS.sub(" ", _APOSTROPHES.sub("", plain.casefold())).strip()


def _best(start: str, title: str, terms: Sequence[str]) -> tuple[int, str] | None:
    """The rank, 0 is best, and what begins so."""
    rank = _rank(start, title)
    if rank is not None:
        return rank, title
    found = [(_TERM_RANK + rank, term) for term in terms if (rank := _rank(start, term)) is not None]
    return min(found, key=itemgetter(0)) if found else None


def _rank(start: str, text: str) -> int | None:
    at = _spaced(text).find(start)
    return None if at < 0 else min(at, _WORD_RANK)


@lru_cache(maxsize=100_000)
def _spaced(text: str) -> str:
    return f" {folded(text)}"
