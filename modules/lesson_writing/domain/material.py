"""What a lesson can be made of: the sentences of its passages at one reading level, and the terms it may explain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from modules.lesson_writing.domain.candidates import Candidate, candidates
from modules.lesson_writing.domain.language import ENGLISH
from modules.lesson_writing.interface import Brief, Level
from modules.prose import interface as text
from modules.rag.interface import Passage, PassageKind, Term, Topic

_DEFINITION_WORDS: Final = 60
_TERMS: Final = {Level.SIMPLER: 5, Level.STANDARD: 9, Level.DEEPER: 14}
_SHIFT: Final = {Level.SIMPLER: -2, Level.STANDARD: 0, Level.DEEPER: 2}
_LADDER: Final = ((10, 3.0), (12, 1.5), (15, 0.7), (20, 0.3), (25, 0.05), (30, -0.4), (34, -1.2), (40, -3.0))
_AFTER: Final = 1_000
_SEE: Final = tuple(ENGLISH["cross_references"])
_GRADES: Final = range(6, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ease:
    """How hard sentences may be. `most_words`: longer ones are cut; `weight`: what each grade too much costs."""

    most_words: int
    weight: float
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The sentences of text and summary in reading order, and the terms that can be explained, `most_terms` of them."""

    topic: Topic
    level: Level
    grade: int
    ease: Ease
    prose: Sequence[Candidate]
    summary: Sequence[Candidate]
    homes: dict[str, tuple[Term, Passage]]
    most_terms: int

    @classmethod
    def of(cls, brief: Brief, ease: Ease) -> "Material":
        keep = frozenset(
            word for term in [*brief.topic.terms, *brief.other_terms] for word in text.content(term.term)
        ) | frozenset(text.content(brief.topic.title))
        sides = {
            kind: candidates([one for one in brief.passages if one.kind is kind], most_words=ease.most_words, keep=keep)
            for kind in (PassageKind.TEXT, PassageKind.SUMMARY)
        }
        return cls(
            topic=brief.topic,
            level=brief.level,
            grade=min(_GRADES.stop, max(5, brief.grade + _SHIFT[brief.level])),
            ease=ease,
            prose=sides[PassageKind.TEXT],
            summary=[replace(one, order=one.order + _AFTER) for one in sides[PassageKind.SUMMARY]],
            homes=homes(brief),
            most_terms=_TERMS[brief.level],
        )


def homes(brief: Brief) -> dict[str, tuple[Term, Passage]]:
    """Each term that can be explained, with the passage that gives its definition."""
    found: dict[str, tuple[Term, Passage]] = {}
    for one in brief.topic.terms:
        home = next((passage for passage in brief.passages if _gives(passage, one)), None)
        points_on = one.definition.lower().startswith(_SEE)
        if home and not points_on and text.count(one.definition) <= _DEFINITION_WORDS:
            found[one.term] = (one, home)
    return found


def eases(brief: Brief) -> list[Ease]:
    """From the easiest to the hardest; one of them is marked as the first to try for the reader's grade and level."""
    aimed = brief.grade + _SHIFT[brief.level]
    first = min(len(_LADDER) - 1, max(0, (aimed - _GRADES.start) // 2 + 1))
    return [
        Ease(most_words=words, weight=weight, first=place == first) for place, (words, weight) in enumerate(_LADDER)
    ]


def _gives(passage: Passage, one: Term) -> bool:
    return one.definition.rstrip(".") in passage.text and text.mentions(passage.text, one.term)
