"""Draws sentences with a fixed seed and makes claims of them, true and false."""

import re
from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import Final

from modules.evaluation.domain.corrupting import corruptions
from modules.evaluation.domain.deriving import derivations
from modules.evaluation.interface import DrawnSentence, TrialClaim

_SEED: Final = 20_25
_WORDS: Final = range(6, 39)
_WHOLE: Final = re.compile(r"[A-Z][^\n]*[a-z)\d]\.")
_POINTS: Final = re.compile(r"\b(?:Figure|Table|Section|Chapter|Example|Equation)\b|https?:|_{2}")


def trial_claims_of(drawn: Sequence[DrawnSentence], *, size: int, tuning: bool) -> list[TrialClaim]:
    """Claims of the sentences that fall into the asked half, in an order of their own."""
    rng = Random(_SEED)  # noqa: S311 - a sample, no secret
    pool = sorted(
        (one for one in drawn if _is_whole(one) and _is_for_tuning(one.sentence) is tuning),
        key=lambda one: one.sentence,
    )
    chosen = rng.sample(pool, min(size, len(pool)))
    terms: dict[str, set[str]] = defaultdict(set)
    for one in drawn:
        terms[one.book].update(one.terms)
    listed = {book: sorted(found) for book, found in terms.items()}
    made: list[TrialClaim] = []
    for one in chosen:
        others = [other for other in rng.choices(pool, k=20) if other.book != one.book]
        false = corruptions(one, others[0] if others else one, listed[one.book], rng)
        made += [_claim(kind, one, text, false=True) for kind, text in false.items()]
        made += [_claim(kind, one, text, false=False) for kind, text in derivations(one.sentence, rng).items()]
    return made


def _claim(kind: str, drawn: DrawnSentence, text: str, *, false: bool) -> TrialClaim:
    return TrialClaim(kind=kind, false=false, claim=text, passage=drawn.passage)


def _is_whole(one: DrawnSentence) -> bool:
    text = one.sentence
    proper = len(text.split()) in _WORDS and _WHOLE.fullmatch(text) and not _POINTS.search(text)
    return bool(proper) and text in one.passage


def _is_for_tuning(sentence: str) -> bool:
    """By the sentence itself, so that no other book and no other version of the generators moves it."""
    return blake2b(sentence.encode(), digest_size=1).digest()[0] % 2 == 0
