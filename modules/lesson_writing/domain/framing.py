"""The lesson's own words around the facts: hook, signposts, comparison, pauses, reflection; they state nothing."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from modules.lesson_writing.domain.language import ENGLISH, say, starts
from modules.lesson_writing.domain.topics import Comparison, topic_phrase
from modules.lesson_writing.interface import Brief, KeyTerm, Level, Section, SectionKind, Sentence, SentenceKind
from modules.prose import interface as text
from modules.rag.interface import Topic

_OBJECTIVE_WORDS: Final = range(2, 17)
_NO_VERB: Final = starts("goal_is_no_verb")
_NAMED_TERMS: Final = 3
OLDER: Final = 11
_HALF_WORDS: Final = 79
_MOST_WORDS: Final = 90


def frame(line: str) -> Sentence:
    return Sentence(text=line, kind=SentenceKind.QUESTION if line.endswith("?") else SentenceKind.FRAME)


def said(name: str, **slots: object) -> Sentence:
    """A line of Vividly's own as a sentence of the lesson."""
    return frame(say(name, **slots))


def for_reader(name: str, brief: Brief) -> str:
    """The name of a line of Vividly's own, of the one for older readers when there is one."""
    older = f"older_{name}"
    return older if brief.grade >= OLDER and brief.level is not Level.SIMPLER and older in ENGLISH["say"] else name


def varied(name: str, brief: Brief, place: int = 0) -> Sentence:
    """One of the lines with this name: another for other topics, the same for one topic always."""
    lines = ENGLISH["say"][for_reader(name, brief)]
    return frame(lines[(int(sha256(brief.topic.id.encode()).hexdigest()[:8], 16) + place) % len(lines)])


def hook(brief: Brief, made: Comparison | None) -> list[Sentence]:
    topic = topic_phrase(brief.topic, brief.passages)
    goal = next(iter(_goals(brief.topic)), say("default_goal", topic=topic))
    if made is None:
        return [said("plain_question", goal=goal), said("plain_goal")]
    pattern = made.pattern[:1].lower() + made.pattern[1:]
    opening = [said("hook_question", interest=made.name, topic=topic), said("hook_pattern", pattern=pattern)]
    return [*opening, said("hook_goal", goal=goal)]


def _goals(topic: Topic) -> list[str]:
    """Objectives as they follow "you can": each starts with what the student does."""
    lines = [re.sub(r"[\s.;:,]*(?:\b(?:and|or))?$", "", line.strip()) for line in topic.objectives]
    return [
        line[:1].lower() + line[1:]
        for line in lines
        if line[:1].isupper() and not _NO_VERB.match(line) and len(line.split()) in _OBJECTIVE_WORDS
    ]


def signposts(brief: Brief, place: int, last: int, terms: Sequence[KeyTerm]) -> list[Sentence]:
    """Leads into a part of the explanation, and names the words that are new in it."""
    name = "first_parts" if place == 0 else "last_parts" if place == last else "middle_parts"
    lines = [varied(name, brief, place)]
    names = [one.term for one in terms]
    joined = say("and", first=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else "".join(names)
    if brief.grade >= OLDER and 0 < len(names) <= _NAMED_TERMS:
        name = "older_word" if len(names) == 1 else "older_words"
        return [said(name, lead=lines[0].text.rstrip("."), terms=joined)]
    if len(names) == 1:
        lines.append(said("new_word", terms=names[0]))
    elif 1 < len(names) <= _NAMED_TERMS:
        lines.append(said("new_words", terms=joined))
    return lines


def analogy(made: Comparison) -> list[Section]:
    """The comparison in two parts of like length: what corresponds, then how far it carries."""
    one = made.analogy
    told = [one.opening, *(pair.sentence for pair in one.pairs), one.limit]
    longer = [*told[:-1], one.holds, told[-1]]
    if one.holds and _size(_halves(longer)) <= _HALF_WORDS:
        told = longer
    first, rest = _halves(told)
    return [
        Section(
            kind=SectionKind.ANALOGY,
            title=say("analogy_title", interest=made.name),
            sentences=_led("analogy_first", first),
        ),
        Section(
            kind=SectionKind.ANALOGY,
            title=say("analogy_more_title"),
            sentences=_led("analogy_more", rest),
        ),
    ]


def _led(name: str, lines: list[str]) -> tuple[Sentence, ...]:
    """The lines after one that leads into them, unless that makes the part too long to follow."""
    lead = said(name)
    fits = sum(map(text.count, [lead.text, *lines])) <= _MOST_WORDS
    return (lead, *_compared(lines)) if fits else tuple(_compared(lines))


def _halves(lines: list[str]) -> tuple[list[str], list[str]]:
    """Two parts of like length, the first with at least two lines."""
    return min(((lines[:place], lines[place:]) for place in range(2, len(lines))), key=_size)


def _size(halves: tuple[list[str], list[str]]) -> int:
    """The words of the longer part."""
    return max(sum(map(text.count, side)) for side in halves)


def _compared(lines: Sequence[str]) -> list[Sentence]:
    return [Sentence(text=part, kind=SentenceKind.ANALOGY) for line in lines for part in text.sentences(line)]
