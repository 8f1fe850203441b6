"""The authored data: interests, patterns of concepts, and the comparisons between them."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from modules.lesson_writing.domain.language import any_of, say
from modules.lesson_writing.domain.naming import nearest_interest
from modules.lesson_writing.domain.topics import Comparison, named, topic_phrase
from modules.lesson_writing.interface import Analogy, AnalogyPair, Interest
from modules.prose import interface as text
from modules.rag.interface import Passage, PassageKind, Topic

_BANK: Final = files("modules.lesson_writing") / "bank"
_SCORE_AT_LEAST: Final = 10.0
_LEAD_AT_LEAST: Final = 1.4
_MENTIONS: Final = 3
_LOOSER: Final = ("looser_first", "looser_second", "looser_third")


@cache
def interests() -> tuple[Interest, ...]:
    """Every interest, by category and name."""
    made = [Interest(**{**entry, "phrases": tuple(entry["phrases"])}) for entry in read("interests")]
    return tuple(sorted(made, key=lambda interest: (interest.category, interest.name)))


_LONG_TOPIC: Final = 4


def interest_in(question: str, phrase: str) -> str:
    """The interest meant by the phrase split off a question, or named after "with" in it; or nothing."""
    known = {name: interest.id for interest in interests() for name in interest.phrases}
    names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    linked = re.search(rf"\b{any_of('interest_links')}\s+(?:the |a |my )?({names})\b", _plain(question))
    return nearest_interest(phrase, known) or (known[linked[1]] if linked else "")


def comparison(topic: Topic, passages: Sequence[Passage], interest: Interest) -> Comparison | None:
    """The mapped comparison of a topic to an interest, or none rather than a forced one.

    An interest without an authored entry for the pattern gets a looser one, which says so. What people suffered is
    compared with no hobby.
    """
    if is_grave(topic):
        return None
    pattern, roles = _shape(topic, passages)
    prose = set(text.content(" ".join(one.text for one in passages)))
    if not all(prose.intersection(text.content(label)) for label in roles.values()) or not roles:
        return None
    slots = {**roles, "topic": topic_phrase(topic, passages)}
    entry = read(f"analogies/{interest.id}").get(pattern)
    made = _authored(entry, roles, slots) if entry else _looser(interest, pattern, roles, slots["topic"])
    return Comparison(interest=interest, analogy=made, pattern=_patterns()[pattern]["idea"]) if made else None


def is_grave(topic: Topic) -> bool:
    """Whether a topic is about suffering: by its title, objectives and key terms."""
    said = _plain(" ".join([topic.title, *topic.objectives, *(term.term for term in topic.terms)]))
    return re.search(rf"\b{any_of('grave')}", said) is not None


def _authored(entry: Mapping[str, Any], roles: Mapping[str, str], slots: Mapping[str, str]) -> Analogy:
    later = slots if len(slots["topic"].split()) < _LONG_TOPIC else {**slots, "topic": say("this_topic")}
    pairs = tuple(
        AnalogyPair(concept=roles[pair["role"]], interest=pair["element"], sentence=_filled(pair["sentence"], later))
        for pair in entry["pairs"]
    )
    opening = _filled(entry.get("opening", ""), slots)
    limit, holds = (_filled(entry.get(name, ""), later) for name in ("limit", "holds"))
    return Analogy(opening=opening, pairs=pairs, limit=limit, holds=holds)


def _looser(interest: Interest, pattern: str, roles: Mapping[str, str], topic: str) -> Analogy | None:
    """A scene of the interest beside the pattern: what starts it, what carries or limits it, what comes of it."""
    scene = read("scenes")["scenes"].get(interest.id)
    if scene is None:
        return None
    order = read("scenes")["order"].get(pattern, list(roles))
    pairs = tuple(
        AnalogyPair(
            concept=roles[role],
            interest=element,
            sentence=text.capitalised(say(name, element=element, concept=roles[role])),
        )
        for name, role, element in zip(_LOOSER, order, scene["elements"], strict=True)
    )
    opening = say("looser_opening", scene=scene["scene"], topic=topic)
    limit = say("looser_limit", limit=scene["limit"], topic=topic)
    return Analogy(opening=opening, pairs=pairs, limit=limit, loose=True)


def _shape(topic: Topic, passages: Iterable[Passage]) -> tuple[str, Mapping[str, str]]:
    """Pattern and roles: by the title of a known concept, else by the cue words in the passages."""
    titles = (_plain(topic.title), _plain(topic.title.split(":")[0]), _plain(named(topic.title)))
    for title, concept in read("concepts").items():
        if {title, *concept["aliases"]}.intersection(titles):
            return concept["pattern"], concept["roles"]
    prose = " ".join(one.text for one in passages if one.kind is not PassageKind.EXAMPLE).lower()
    goals = " ".join([titles[0], *topic.objectives, *(term.term for term in topic.terms)]).lower()
    scores = {name: _score(pattern["cues"], titles[0], prose) for name, pattern in _patterns().items()}
    best, second = sorted(scores, key=lambda name: -scores[name])[:2]
    is_aimed_at = any(_cue(cue).search(goals) for cue, weight in _patterns()[best]["cues"].items() if weight > 1)
    if not is_aimed_at or scores[best] < max(_SCORE_AT_LEAST, _LEAD_AT_LEAST * scores[second]):
        return "", {}
    return best, {role["id"]: role["label"] for role in _patterns()[best]["roles"]}


def _score(cues: Mapping[str, int], title: str, prose: str) -> float:
    """Strong cues, each counted a few times at most; one in the title counts in full."""
    return sum(
        weight
        * (
            _MENTIONS
            if _cue(cue).search(title)
            else min(_MENTIONS, len(_cue(cue).findall(prose)) if cue in prose else 0) / 2
        )
        for cue, weight in cues.items()
        if weight > 1
    )


@cache
def _cue(cue: str) -> re.Pattern[str]:
    """A cue where a word begins: "ratio" is no cue of preparation."""
    return re.compile(rf"\b{re.escape(cue)}")


@cache
def _patterns() -> dict[str, Any]:
    return {pattern["id"]: pattern for pattern in read("patterns")}


@cache
def read(name: str) -> Any:
    """A file of the bank, or an empty object when there is none of this name."""
    entry = _BANK / f"{name}.json"
    return json.loads(entry.read_text("utf-8")) if entry.is_file() else {}


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("’", "'").replace("–", "-").split())


def _filled(sentence: str, slots: Mapping[str, str]) -> str:
    return text.capitalised(sentence.format(**slots))
