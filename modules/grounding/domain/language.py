"""What the rules know about a language, as data: `languages/en.json`, and the rarity of words in `languages/en/`."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from modules.grounding.interface import UnknownLanguageError

_FOLDER: Final = files("modules.grounding") / "languages"
_RAREST: Final = 9.0
_TWIN: Final = re.compile(r"(.)\1")
_PREFIX: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The lists of a language; every word in them is a stem, except where a name says otherwise.

    Attributes:
        endings: for each pass, what to take off a word: (ending, what takes its place, fewest letters of the word).
        phrases: finds the expressions that `phrase` puts one word for.
        quantifiers: word to class. units: name or sign of a unit to its sign.
        opposites: word to its opposites. prefixes: what turns a word into its opposite, such as `un`.
        same: word to those that may stand for it. everyday: words that carry no subject.
        rarity: word to -log2 of the share of passages that hold it.
    """

    stop_words: frozenset[str]
    abbreviation: re.Pattern[str]
    endings: tuple[tuple[tuple[str, str, int], ...], ...]
    forms: Mapping[str, str]
    opener: re.Pattern[str]
    joint: re.Pattern[str]
    definition: str
    phrases: re.Pattern[str]
    phrase: Mapping[str, str]
    negators: frozenset[str]
    numbers: Mapping[str, float]
    scales: Mapping[str, float]
    weak_numbers: frozenset[str]
    units: Mapping[str, str]
    quantifiers: Mapping[str, str]
    hedges: frozenset[str]
    limits: frozenset[str]
    causal: frozenset[str]
    ordering: frozenset[str]
    prefixes: tuple[str, ...]
    opposites: dict[str, set[str]] = field(default_factory=dict)
    same: dict[str, set[str]] = field(default_factory=dict)
    everyday: set[str] = field(default_factory=set)
    rarity: dict[str, float] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)

    def stem(self, word: str) -> str:
        """The same for every form of a word that means the same: `rises`, `rising`, `rose`."""
        known = self.stems.get(word)
        if known is None:
            known = self.stems[word] = self._stem(word)
        return known

    def _stem(self, word: str) -> str:
        word = self.forms.get(word, word)
        for ways in self.endings:
            for ending, instead, fewest in ways:
                if word.endswith(ending) and len(word) >= fewest:
                    word = word[: -len(ending)] + instead
                    break
        return _TWIN.sub(r"\1", word)

    def weight(self, stem: str) -> float:
        return self.rarity.get(stem, _RAREST)

    def opposed(self, one: str, other: str) -> bool:
        return other in self.opposites.get(one, ())

    def negates(self, one: str, other: str) -> bool:
        """Whether one is the other with `un-`, `non-` or the like before it."""
        short, long = sorted((one, other), key=len)
        return len(short) > _PREFIX and any(long == prefix + short for prefix in self.prefixes)

    def alike(self, one: str, other: str) -> bool:
        return other in self.same.get(one, ())


def language_of(tag: str) -> Language:
    """The lists for a BCP 47 tag."""
    return _read(tag.lower().split("-")[0])


@lru_cache(maxsize=8)
def _read(name: str) -> Language:
    known = sorted(one.name.removesuffix(".json") for one in _FOLDER.iterdir() if one.name.endswith(".json"))
    if name not in known:
        raise UnknownLanguageError(name, known)
    lists: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    expressions = sorted(lists["phrases"], key=len, reverse=True)
    made = Language(
        stop_words=frozenset(lists["stop_words"].split()),
        abbreviation=re.compile(rf"(?:\b(?:{'|'.join(lists['abbreviations'])})|(?<!\d )(?<!°)\b[A-Z])\.$"),
        endings=tuple(tuple((end, new, most) for end, new, most in ways) for ways in lists["endings"]),
        forms=dict(pair.split(":") for pair in lists["forms"].split()),
        opener=re.compile(rf"^(?:{'|'.join(lists['openers'])}),\s+"),
        joint=re.compile(rf";\s+|,\s+(?:{'|'.join(lists['joints'])})\s+"),
        definition=lists["definition"],
        phrases=re.compile(rf"\b(?:{'|'.join(map(re.escape, expressions))})\b"),
        phrase=lists["phrases"],
        negators=frozenset(lists["negations"].split()),
        numbers=lists["numbers"],
        scales=lists["scales"],
        weak_numbers=frozenset(lists["weak_numbers"].split()),
        units=dict(_units(lists["units"])),
        quantifiers={word: name for name, group in lists["quantifiers"].items() for word in group.split()},
        hedges=frozenset(lists["hedges"].split()),
        limits=frozenset(lists["limits"].split()),
        causal=frozenset(lists["causal"].split()),
        ordering=frozenset(lists["ordering"].split()),
        prefixes=tuple(lists["prefixes"].split()),
    )
    _fill(made, name, lists)
    return made


def _units(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        sign, _, names = line.partition(":")
        yield sign, sign
        yield from ((word, sign) for word in names.split(",") if word)


def _fill(made: Language, name: str, lists: Mapping[str, Any]) -> None:
    """Everything that is kept by stem, which takes the endings to make."""
    for group, line in lists["antonyms"].items():
        for pair in line.split():
            one, other = pair.split("/")
            _pair(made.opposites, made.stem(one), made.stem(other))
            if group in lists["compared"]:
                for ending in ("er", "est"):
                    _pair(made.opposites, made.stem(_compared(one, ending)), made.stem(_compared(other, ending)))
    for pair in lists["directions"].split():
        _pair(made.opposites, *pair.split("/"))
    for line in lists["same"]:
        simple, _, others = line.partition(":")
        for word in others.split(","):
            _pair(made.same, made.stem(simple), made.stem(word))
            _pair(made.same, simple, word)
    _spread(made)
    made.everyday.update(map(made.stem, lists["everyday"].split()))
    rarity = json.loads((_FOLDER / name / "rarity.json").read_text("utf-8"))
    made.rarity.update({word: float(bits) for bits, words in rarity.items() for word in words.split()})


def _spread(made: Language) -> None:
    """What may stand for a word is the opposite of what may stand for its opposite: `final` and `first`."""
    listed = [(one, other) for one, others in made.opposites.items() for other in others]
    for one, other in listed:
        for near in {one, *made.same.get(one, ())}:
            for far in {other, *made.same.get(other, ())}:
                if not made.alike(near, far):
                    _pair(made.opposites, near, far)


def _pair(into: dict[str, set[str]], one: str, other: str) -> None:
    if one != other:
        into.setdefault(one, set()).add(other)
        into.setdefault(other, set()).add(one)


def _compared(word: str, ending: str) -> str:
    return word[:-1] + "i" + ending if word.endswith("y") else word.removesuffix("e") + ending
