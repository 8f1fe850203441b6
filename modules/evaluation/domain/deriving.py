"""Says the same in other words: what a writer may honestly make of a sentence."""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from modules.evaluation.domain.language import WORDS

IDENTICAL: Final = "identical"
"""Not changed at all; easy, so it is counted apart."""
UNLISTED: Final = "unlisted_word"
"""A word changed for one that no list of the judging module holds; counted apart."""
_ASIDE: Final = re.compile(r" \([^()]*\)")
_CONNECTIVE: Final = re.compile(rf"^(?:{'|'.join(re.findall(r'[A-Z][a-z ]*,', WORDS['connectives']))}) ")
_FEWEST_WORDS: Final = 5


def derivations(sentence: str, rng: Random) -> Mapping[str, str]:
    """For each way that the sentence has room for, one true sentence."""
    made = {name: change(sentence, rng) for name, change in _WAYS.items()}
    return {IDENTICAL: sentence} | {name: text for name, text in made.items() if text and text != sentence}


def _clause(sentence: str, rng: Random) -> str:
    """A main clause that can stand alone: what comes before a conjunction, or after `, and`, `, but` or `;`."""
    cuts = [mark for mark in WORDS["splits"] if sentence.count(mark) == 1 and sentence.count(",") <= 1]
    if not cuts:
        return ""
    mark = rng.choice(cuts)
    first, second = sentence[:-1].split(mark)
    halves = [f"{first}."] + ([f"{second[:1].upper()}{second[1:]}."] if mark in WORDS["splits"][:3] else [])
    kept = [half for half in halves if len(half.split()) >= _FEWEST_WORDS]
    return rng.choice(kept) if kept else ""


def _without_connective(sentence: str, _: Random) -> str:
    bare = _CONNECTIVE.sub("", sentence)
    return bare[:1].upper() + bare[1:]


def _without_aside(sentence: str, _: Random) -> str:
    return _ASIDE.sub("", sentence, count=1)


def _changed(sentence: str, words: Mapping[str, str], rng: Random) -> str:
    found = [word for word in words if re.search(rf"\b{word}\b", sentence)]
    if not found:
        return ""
    word = rng.choice(found)
    return re.sub(rf"\b{word}\b", words[word], sentence, count=1)


def _addressed(sentence: str, _: Random) -> str:
    if not re.search(r"\b[Ww]e\b", sentence):
        return ""
    for one, other in WORDS["persons"].items():
        sentence = re.sub(rf"\b{one}\b", other, sentence)
        sentence = re.sub(rf"\b{one.capitalize()}\b", other.capitalize(), sentence)
    return sentence


_WAYS: Final[Mapping[str, Callable[[str, Random], str]]] = {
    "clause": _clause,
    "connective_dropped": _without_connective,
    "aside_dropped": _without_aside,
    "simpler_word": lambda sentence, rng: _changed(sentence, WORDS["simpler"], rng),
    "you_for_we": _addressed,
    UNLISTED: lambda sentence, rng: _changed(sentence, WORDS["unlisted"], rng),
}
