"""Divides a topic into the parts of its explanation, by the headings of the book."""

from typing import Final

from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.candidates import Candidate, candidates
from modules.lesson_writing.domain.language import say
from modules.lesson_writing.domain.selecting import Aims
from modules.lesson_writing.interface import Brief
from modules.rag.interface import Passage, PassageKind, Topic

MOST_PARTS: Final = 4
_FEWEST_PARTS: Final = 3
_SPLIT_SENTENCES: Final = 6

Part = tuple[str, list[Candidate]]


def passages_of(brief: Brief, kind: PassageKind) -> list[Passage]:
    return [passage for passage in brief.passages if passage.kind is kind]


def sentences_of(brief: Brief, kind: PassageKind) -> list[Candidate]:
    return candidates(passages_of(brief, kind))


def parts(brief: Brief, aims: Aims, *, most: int) -> list[Part]:
    """The headings that cover most of the aims, in book order; a single heading is split where its paragraphs end."""
    headed: dict[str, list[Candidate]] = {}
    for one in sentences_of(brief, PassageKind.TEXT):
        headed.setdefault(one.passage.heading or brief.topic.title, []).append(one)
    made = [(title, found) for title, found in headed.items() if any(one.alone for one in found)]
    while 0 < len(made) < _FEWEST_PARTS:
        place = max(range(len(made)), key=lambda number: len(made[number][1]))
        title, found = made[place]
        breaks = [cut for cut in range(len(found) // 2, len(found)) if found[cut].opens_paragraph]
        if len(found) < _SPLIT_SENTENCES or not breaks:
            break
        made[place : place + 1] = [(title, found[: breaks[0]]), (title, found[breaks[0] :])]
    best = sorted(made, key=lambda part: -aims.gain(one for one in part[1] if one.usable))[:most]
    return _titled([part for part in made if part in best], brief.topic)


def _titled(parts: list[Part], topic: Topic) -> list[Part]:
    """Gives parts that share a heading, or have none but the topic's own, a title from the term they are about."""
    seen, named = {topic.title.lower()}, list[Part]()
    for title, found in parts:
        name = title
        if title.lower() in seen:
            prose = " ".join(one.text for one in found)
            terms = [one.term for one in topic.terms if text.mentions(prose, one.term) and one.term.lower() not in seen]
            name = text.capitalised(terms[0]) if terms else say("next_title" if named else "first_title")
        seen.add(name.lower())
        named.append((name, found))
    return named
