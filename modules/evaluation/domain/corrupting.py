"""Makes false sentences of true ones, a class at a time; knows nothing of how they are found out.

Its word lists are its own: a third of its opposites stand in no list of the module that judges, or the figures would
only say that two lists are alike.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from modules.evaluation.domain.language import WORDS, pairs
from modules.evaluation.interface import DrawnSentence

_NUMBER: Final = re.compile(r"(?<![\w.,^_−-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w^]|\.\d)")
_POWER: Final = re.compile(r"10\^(−?)(\d+)")
_BECAUSE: Final = re.compile(r"^(\w.{15,}?),? because (?!of\b)(.{12,})\.$")
_IF: Final = re.compile(r"^(Because|If|When) ([^,]{10,}), ([^,]{10,})\.$")
_OPPOSITES: Final = pairs(WORDS["antonyms"])
_QUANTIFIERS: Final = {one.replace("_", " "): to.replace("_", " ") for one, to in pairs(WORDS["quantifiers"]).items()}
_NUMBER_WORDS: Final = WORDS["number_words"].split()
_AUXILIARY: Final = re.compile(rf"\b({'|'.join(WORDS['auxiliaries'].split())})(?= (?!not\b|never\b|n't)[a-z])")
_UNITS: Final = [
    (re.compile(rf"(?:\d ?|\b(?:{'|'.join(_NUMBER_WORDS)}) )({'|'.join(map(re.escape, family))})(?![\w/^°])"), family)
    for family in WORDS["units"]
]
_ARTICLES: Final = frozenset(WORDS["articles"].split())
_NO_NOUN: Final = frozenset(WORDS["no_nouns"].split())
_ARTICLE: Final = rf"(?:(?:{'|'.join(sorted(_ARTICLES))}) )?"
_END: Final = rf"(?=[.,;]| (?:{'|'.join(WORDS['after_nouns'].split())})\b)"
_ADJECTIVE: Final = r"(?:[a-z]+(?:al|ic|ive|ous|ent|ant|ary|ful|less|er) )?"
_ROLES: Final = (
    re.compile(
        rf"\b([A-Za-z]{{4,}})( (?:\w+ly )?(?:{'|'.join(WORDS['verbs'].split())}) {_ARTICLE}{_ADJECTIVE})"
        rf"([a-z]{{4,}}){_END}"
    ),
    re.compile(
        rf"\b([A-Za-z]{{4,}})( (?:is|are|was|were) (?:\w+er|(?:more|less) \w+) than {_ARTICLE}{_ADJECTIVE})"
        rf"([a-z]{{4,}}){_END}"
    ),
    re.compile(rf"\bfrom {_ARTICLE}([a-z]{{4,}})( (?:in)?to {_ARTICLE}{_ADJECTIVE})([a-z]{{4,}}){_END}"),
)


def corruptions(drawn: DrawnSentence, foreign: DrawnSentence, terms: Sequence[str], rng: Random) -> Mapping[str, str]:
    """For each class that the sentence has room for, one false sentence.

    `foreign` is a sentence of another book, `terms` are the key terms of the same book.
    """
    made = {name: change(drawn.sentence, rng) for name, change in _CLASSES.items()}
    made["foreign"] = foreign.sentence
    made["term"] = _other_term(drawn, terms, rng)
    return {name: text for name, text in made.items() if text and text != drawn.sentence}


def _other_number(sentence: str, rng: Random) -> str:
    powers = list(_POWER.finditer(sentence))
    if powers and rng.random() < 0.5:  # noqa: PLR2004 - half of them
        found = rng.choice(powers)
        sign, power = found.groups()
        other = f"10^{'' if sign else '−'}{power}" if rng.random() < 0.5 else f"10^{sign}{int(power) + 1}"  # noqa: PLR2004
        return sentence[: found.start()] + other + sentence[found.end() :]
    spelled = [found for found in re.finditer(r"[a-z]+", sentence) if found.group() in _NUMBER_WORDS]
    places = [*_NUMBER.finditer(sentence), *spelled]
    if not places:
        return ""
    found = rng.choice(places)
    return sentence[: found.start()] + _wrong(found.group(), rng) + sentence[found.end() :]


def _wrong(number: str, rng: Random) -> str:
    if number in _NUMBER_WORDS:
        return str(rng.choice([word for word in _NUMBER_WORDS if word != number]))
    at = rng.choice([place for place, char in enumerate(number) if char.isdigit()])
    digit = rng.choice([char for char in "123456789" if char != number[at]])
    grown = f"{number}0" if "." not in number and "," not in number else number.replace(".", "").replace(",", ".", 1)
    changed = number[:at] + digit + number[at + 1 :]
    return rng.choice([changed, changed, grown if grown.strip("0.") != number else changed])


def _other_unit(sentence: str, rng: Random) -> str:
    found = [(place, family) for pattern, family in _UNITS for place in pattern.finditer(sentence)]
    if not found:
        return ""
    place, family = rng.choice(found)
    other: str = rng.choice([one for one in family if one != place[1]])
    return sentence[: place.start(1)] + other + sentence[place.end(1) :]


def _denied(sentence: str, rng: Random) -> str:
    made = [_swapped(sentence, one, other) for one, other in WORDS["denials"] if one in sentence]
    made += [_one_word(sentence, pairs(WORDS["affixed"]), rng)]
    found = list(_AUXILIARY.finditer(sentence))
    if found:
        place = rng.choice(found)
        made += [sentence[: place.end()] + rng.choice([" not", " not", " never"]) + sentence[place.end() :]]
    return _any([text for text in made if text], rng)


def _opposite(sentence: str, rng: Random) -> str:
    return _one_word(sentence, _OPPOSITES, rng)


def _other_quantity(sentence: str, rng: Random) -> str:
    made = [_one_word(sentence, _QUANTIFIERS, rng)]
    dropped = [word for word in WORDS["dropped"].split() if f" {word} " in sentence]
    made += [_swapped(sentence, f" {word} ", " ") for word in dropped if f"the {word}" not in sentence]
    return _any([text for text in made if text], rng)


def _exchanged_roles(sentence: str, rng: Random) -> str:
    found = [one for pattern in _ROLES for one in pattern.finditer(sentence) if _is_exchange(one[1].lower(), one[3])]
    if not found:
        return ""
    one = rng.choice(found)
    first, last = one[1], one[3]
    if one.start() == 0:
        first, last = first.lower(), last.capitalize()
    return sentence[: one.start(1)] + last + one[2] + first + sentence[one.end() :]


def _is_exchange(first: str, last: str) -> bool:
    return first != last and first not in _NO_NOUN and last not in _NO_NOUN and not {first, last} & _ARTICLES


def _reversed_cause(sentence: str, rng: Random) -> str:
    made = [
        _swapped(sentence, one, other)
        for one, other in WORDS["causes"]
        if one in sentence and f"{one}by " not in sentence
    ]
    because, leading = _BECAUSE.match(sentence), _IF.match(sentence)
    if because:
        effect, cause = because.groups()
        made += [f"{cause[:1].upper()}{cause[1:]} because {effect[:1].lower()}{effect[1:]}."]
    if leading:
        word, cause, effect = leading.groups()
        made += [f"{word} {effect}, {cause}."]
    return _any(made, rng)


def _other_term(drawn: DrawnSentence, terms: Sequence[str], rng: Random) -> str:
    """A key term of the book put in the place of another; those of the same section are the likeliest."""
    inside = [term for term in terms if term in drawn.sentence and re.search(rf"\b{re.escape(term)}\b", drawn.sentence)]
    near = [term for term in drawn.terms if term not in inside] or list(terms)
    others = [term for term in near if term.lower() not in drawn.sentence.lower()]
    if not inside or not others:
        return ""
    longest = max(inside, key=len)
    return re.sub(rf"\b{re.escape(longest)}\b", lambda _: rng.choice(others), drawn.sentence, count=1)


def _one_word(sentence: str, changes: Mapping[str, str], rng: Random) -> str:
    found = [one for one in changes if one in sentence and re.search(rf"\b{re.escape(one)}\b", sentence)]
    found += [one for one in changes if sentence.startswith(f"{one[:1].upper()}{one[1:]} ")]
    if not found:
        return ""
    word = rng.choice(sorted(found))
    text = re.sub(rf"\b{re.escape(word)}\b", changes[word], sentence, count=1)
    if text != sentence:
        return text
    return changes[word][:1].upper() + changes[word][1:] + sentence[len(word) :]


def _swapped(sentence: str, one: str, other: str) -> str:
    return sentence.replace(one, other, 1)


def _any(made: Sequence[str], rng: Random) -> str:
    return rng.choice(made) if made else ""


_CLASSES: Final[Mapping[str, Callable[[str, Random], str]]] = {
    "number": _other_number,
    "unit": _other_unit,
    "negation": _denied,
    "antonym": _opposite,
    "quantifier": _other_quantity,
    "role": _exchanged_roles,
    "direction": _reversed_cause,
}
