"""Divides a topic into the parts of its explanation, by the headings of the book."""

from typing import Final

from modules.lesson_writing.domain.candidates import Candidate
from modules.lesson_writing.domain.language import say
from modules.lesson_writing.domain.material import Material
from modules.lesson_writing.domain.selecting import Aims
from modules.lesson_writing.domain.topics import cased
from modules.prose import interface as text
from modules.rag.interface import Topic

_FEWEST_PARTS: Final = 3
_SPLIT_SENTENCES: Final = 6
_MOST_TITLE: Final = 60

Part = tuple[str, list[Candidate]]


def parts(material: Material, aims: Aims, *, most: int) -> list[Part]:
    """The headings that cover most of the aims, in book order; a single heading is split where its paragraphs end."""
    headed: dict[str, list[Candidate]] = {}
    for one in material.prose:
        headed.setdefault(one.passage.heading or material.topic.title, []).append(one)
    made = [(title, found) for title, found in headed.items() if any(one.alone for one in found)]
    while 0 < len(made) < min(most, _FEWEST_PARTS):
        place = max(range(len(made)), key=lambda number: len(made[number][1]))
        title, found = made[place]
        breaks = [cut for cut in range(len(found) // 2, len(found)) if found[cut].opens_paragraph]
        if len(found) < _SPLIT_SENTENCES or not breaks:
            break
        made[place : place + 1] = [(title, found[: breaks[0]]), (title, found[breaks[0] :])]
    best = sorted(made, key=lambda part: -aims.gain(one for one in part[1] if one.usable))[:most]
    return [part for part in made if part in best]


def titled(parts: list[Part], topic: Topic) -> list[Part]:
    """Gives parts that share a heading, or have none but the topic's own, a title from the term they say most about."""
    seen, named = {topic.title.lower()}, list[Part]()
    for title, found in parts:
        name = cased(title, " ".join(one.text for one in found))
        if title.lower() in seen or len(title) > _MOST_TITLE:
            prose = " ".join(one.text for one in found)
            counts = {one.term: len(text.term_pattern(one.term).findall(prose)) for one in topic.terms}
            terms = [term for term in sorted(counts, key=lambda term: -counts[term]) if term.lower() not in seen]
            name = say("next_title" if named else "first_title")
            if terms and counts[terms[0]]:
                name = text.capitalised(terms[0])
        seen.add(name.lower())
        named.append((name, found))
    return named
