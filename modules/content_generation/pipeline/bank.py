"""The authored data: interests, patterns of concepts, and the analogies between them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from modules.content_generation.domain import text
from modules.content_generation.domain.composing import topic_phrase
from modules.content_generation.interface import Analogy, AnalogyPair, Interest
from modules.rag.interface import Passage, PassageKind, Topic

_BANK: Final = files("modules.content_generation") / "bank"
_SCORE_AT_LEAST: Final = 10.0
_LEAD_AT_LEAST: Final = 1.25
_MOST_MENTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """How a topic is built: its pattern, and what plays each of the pattern's roles."""

    pattern: str
    roles: Mapping[str, str]


@cache
def load_interests() -> tuple[Interest, ...]:
    """Every interest, by category and name."""
    made = [Interest(**{**entry, "phrases": tuple(entry["phrases"])}) for entry in _read("interests.json")]
    return tuple(sorted(made, key=lambda interest: (interest.category, interest.name)))


def interest_of(phrase: str, interests: Iterable[Interest]) -> Interest | None:
    """The interest that a phrase split off a question means, or none."""
    wanted = " ".join(phrase.lower().split())
    return next((interest for interest in interests if wanted and wanted in {*interest.phrases, interest.id}), None)


def interest_in(question: str, interests: Iterable[Interest]) -> Interest | None:
    """The interest named after "with", "using", "through" or "like" in a question."""
    lower = " ".join(question.lower().split())
    named = [(phrase, interest) for interest in interests for phrase in interest.phrases]
    for phrase, interest in sorted(named, key=lambda pair: -len(pair[0])):
        if re.search(rf"\b(?:with|using|use|through|like|via|of|as)\s+(?:the |a |my )?{re.escape(phrase)}\b", lower):
            return interest
    return None


def pattern_of(topic: Topic, passages: Iterable[Passage]) -> str:
    """The pattern of a topic as one sentence, or nothing."""
    shape = shape_of(topic, list(passages))
    found = [pattern["idea"] for pattern in _read("patterns.json") if shape and pattern["id"] == shape.pattern]
    return str(found[0]) if found else ""


def analogy(topic: Topic, passages: Iterable[Passage], interest: Interest) -> Analogy | None:
    """The mapped comparison of a topic to an interest, or none rather than a forced one."""
    found = list(passages)
    shape = shape_of(topic, found)
    entry = _analogies(interest.id).get(shape.pattern) if shape else None
    if shape is None or entry is None:
        return None
    slots = {**shape.roles, "topic": topic_phrase(topic, found)}
    return Analogy(
        opening=_filled(entry["opening"], slots),
        pairs=tuple(
            AnalogyPair(
                concept=shape.roles[pair["role"]], interest=pair["element"], sentence=_filled(pair["sentence"], slots)
            )
            for pair in entry["pairs"]
        ),
        limit=_filled(entry["limit"], slots),
    )


def shape_of(topic: Topic, passages: Iterable[Passage]) -> Shape | None:
    """By the topic's title when it is a known concept, else by the cue words in its passages."""
    known = _concepts().get(_plain(topic.title)) or _concepts().get(_plain(topic.title.split(":")[0]))
    if known:
        return known
    scores = {pattern["id"]: _score(pattern["cues"], topic, passages) for pattern in _read("patterns.json")}
    (best, top), (_, second) = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    if top < _SCORE_AT_LEAST or top < _LEAD_AT_LEAST * second:
        return None
    roles = next(pattern["roles"] for pattern in _read("patterns.json") if pattern["id"] == best)
    return Shape(best, {role["id"]: role["label"] for role in roles})


def _score(cues: Mapping[str, float], topic: Topic, passages: Iterable[Passage]) -> float:
    """Cue weights, each counted a few times at most; a cue in the title counts as often as it may."""
    prose = " ".join(one.text for one in passages if one.kind is not PassageKind.EXAMPLE).lower()
    title = topic.title.lower()
    return sum(
        weight * (_MOST_MENTIONS if cue in title else min(_MOST_MENTIONS, prose.count(cue)) / 2)
        for cue, weight in cues.items()
        if weight > 1
    )


@cache
def _concepts() -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for title, entry in _read("concepts.json").items():
        for name in (title, *entry["aliases"]):
            found[_plain(name)] = Shape(entry["pattern"], entry["roles"])
    return found


def _plain(title: str) -> str:
    return re.sub(r"\s+", " ", title.lower().replace("’", "'").replace("–", "-")).strip()


@cache
def _analogies(interest_id: str) -> Mapping[str, Any]:
    entry = _BANK / "analogies" / f"{interest_id}.json"
    return json.loads(entry.read_text("utf-8")) if entry.is_file() else {}


@cache
def _read(name: str) -> Any:
    return json.loads((_BANK / name).read_text("utf-8"))


def _filled(sentence: str, slots: Mapping[str, str]) -> str:
    return text.capitalised(sentence.format(**slots))
