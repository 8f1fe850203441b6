"""A lesson taken apart once for all checks, and what its claims are judged against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from modules.grounding.interface import Fault, Grounding, Verdict
from modules.lesson_writing.interface import CheckResult, Lesson, Section, SectionKind, Sentence, SentenceKind
from modules.rag.interface import Passage, PassageKind, Topic
from modules.rubric.domain import words
from modules.rubric.values import Check, Show

_PROSE: Final = frozenset({PassageKind.TEXT, PassageKind.SUMMARY, PassageKind.EXAMPLE, PassageKind.MISCONCEPTION})
_DETAIL: Final = 300
_END: Final = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the lesson says of the world. `segment`: claims that stand together share it."""

    text: str
    citations: tuple[int, ...]
    segment: str


@dataclass(frozen=True)
class Material:
    """A lesson, its passages, and every verdict, each made once."""

    lesson: Lesson
    passages: Sequence[Passage]
    grounding: Grounding
    _verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)

    @cached_property
    def cited(self) -> dict[int, str]:
        """The text of each source that was really among the passages."""
        held = {passage.id: passage.text for passage in self.passages}
        return {one.number: held[one.passage_id] for one in self.lesson.sources if one.passage_id in held}

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(passage.text for passage in self.passages)

    @cached_property
    def lines(self) -> list[str]:
        """Every sentence of the passages."""
        return [line for text in self.texts for line in words.sentences(text)]

    @cached_property
    def teaching(self) -> tuple[str, ...]:
        """The passages that teach, without those that only say what will be taught."""
        return tuple(passage.text for passage in self.passages if passage.kind is not PassageKind.OBJECTIVES)

    @cached_property
    def book(self) -> frozenset[str]:
        """Stems of the content words of all passages."""
        return words.content_of(self.texts)

    @cached_property
    def source_prose(self) -> list[str]:
        """Whole sentences of the passages, not lists of terms or goals, headings or formulas."""
        found = words.prose(passage.text for passage in self.passages if passage.kind in _PROSE)
        return [line for line in found if words.is_whole(line)]

    @cached_property
    def narration(self) -> list[Sentence]:
        return [one for section in self.lesson.sections for one in section.sentences]

    @cached_property
    def claims(self) -> list[Claim]:
        """Sentences of fact, definitions and feedback."""
        found = [claim for place, section in enumerate(self.lesson.sections) for claim in told(section, str(place))]
        found += [Claim(one.definition, one.citations, f"term {one.term}") for one in self.lesson.terms]
        return found + [Claim(one.feedback, one.citations, f"item {one.question}") for one in self.lesson.quiz]

    def sources_of(self, claim: Claim) -> list[str]:
        return [self.cited[number] for number in claim.citations if number in self.cited]

    def verdict(self, text: str, passages: Iterable[str]) -> Verdict:
        """As `Grounding.judge_any`, but no pair is judged twice."""
        found: list[Verdict] = []
        for passage in passages:
            key = (text, passage)
            if key not in self._verdicts:
                self._verdicts[key] = self.grounding.judge(text, passage, language=self.lesson.language)
            if self._verdicts[key].supported:
                return self._verdicts[key]
            found.append(self._verdicts[key])
        if not found:
            return self.grounding.judge_any(text, (), language=self.lesson.language)
        return min(found, key=lambda one: (Fault.FOREIGN in one.faults, len(one.faults)))


@dataclass(frozen=True)
class Judged(Material):
    """What the checks look at."""

    topic: Topic = field(kw_only=True)
    show: Show = field(kw_only=True)

    @cached_property
    def terms(self) -> dict[str, str]:
        """Every technical term of topic and lesson, in lower case, with its definition."""
        known = {one.term.lower(): one.definition for one in self.lesson.terms}
        return known | {one.term.lower(): one.definition for one in self.topic.terms if one.term.lower() not in known}

    @cached_property
    def concepts(self) -> frozenset[str]:
        """T: stems of the topic's title, objectives and terms, and of what the analogy compares, if the book has it."""
        pairs = self.lesson.analogy.pairs if self.lesson.analogy else ()
        named = words.content_of([self.topic.title, *self.topic.objectives, *self.terms])
        return named.union(*(self.of_book(pair.concept) for pair in pairs))

    def of_book(self, concept: str) -> frozenset[str]:
        """The stems of a concept that the passages have, alone or as the end of a compound ("sunlight", "light")."""
        return frozenset(stem for stem in words.content(concept) if stem in self.book or stem.endswith(self._ends))

    @cached_property
    def _ends(self) -> tuple[str, ...]:
        return tuple(stem for stem in self.book if len(stem) >= _END)

    @cached_property
    def interests(self) -> frozenset[str]:
        """I: stems of the interest's name and of the analogy's elements, less those that are the topic's own."""
        pairs = self.lesson.analogy.pairs if self.lesson.analogy else ()
        return words.content_of([self.lesson.interest_name, *(pair.interest for pair in pairs)]) - self.concepts


def told(section: Section, name: str) -> list[Claim]:
    """The claims of a section."""
    return [Claim(one.text, one.citations, name) for one in section.sentences if one.kind is SentenceKind.FACT]


def prose_of(section: Section) -> str:
    return " ".join(one.text for one in section.sentences)


def is_hook(section: Section) -> bool:
    return section.kind is SectionKind.HOOK


def result(check: Check, *, passed: bool, score: float, detail: str = "") -> CheckResult:
    """A check's result; whether it blocks is decided with the gate."""
    kept = round(max(0.0, min(1.0, score)), 4)
    return CheckResult(name=check, passed=passed, score=kept, detail=detail[:_DETAIL], blocking=False)
