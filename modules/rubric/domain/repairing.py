"""Mends a lesson with the book's own sentences, or leaves out what the book does not say."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from modules.grounding.interface import Fault
from modules.lesson_writing.interface import KeyTerm, Lesson, QuizItem, Section, Sentence, SentenceKind
from modules.rubric.domain import words
from modules.rubric.domain.material import Claim, Material, told

_LONGEST: Final = 40
Kept = TypeVar("Kept")


def repaired(of: Material) -> Lesson:
    """The lesson in which every claim is supported by what it cites."""
    said = {claim.text for claim in of.claims}
    sections = [_section(section, of, said) for section in of.lesson.sections]
    kept = [new for old, new in zip(of.lesson.sections, sections, strict=True) if not _emptied(old, new)]
    terms = tuple(_there(_term(one, of, said) for one in of.lesson.terms))
    quiz = tuple(_there(_item(item, of) for item in of.lesson.quiz))
    by_name = {one.term: one for one in terms}
    told_terms = [
        replace(section, terms=tuple(by_name[one.term] for one in section.terms if one.term in by_name))
        for section in kept
    ]
    made = replace(of.lesson, sections=tuple(told_terms), terms=terms, quiz=quiz)
    return of.lesson if made == of.lesson else made


def _section(section: Section, of: Material, said: set[str]) -> Section:
    return replace(section, sentences=tuple(_there(_sentence(one, of, said) for one in section.sentences)))


def _emptied(old: Section, new: Section) -> bool:
    """Whether nothing is left of what a section had to tell; a hook or a comparison never had any."""
    return not new.sentences or (bool(told(old, "")) and not told(new, ""))


def _sentence(one: Sentence, of: Material, said: set[str]) -> Sentence | None:
    if one.kind is not SentenceKind.FACT or _holds(of, one.text, one.citations):
        return one
    line = _cited_sentence(of, one.text, one.citations)
    if not line or line in said:
        return None
    said.add(line)
    return replace(one, text=line, equation=line if words.is_equation(line) else "")


def _term(one: KeyTerm, of: Material, said: set[str]) -> KeyTerm | None:
    if _holds(of, one.definition, one.citations):
        return one
    line = _cited_sentence(of, f"{one.term}: {one.definition}", one.citations)
    return replace(one, definition=line) if line and line not in said and words.mentions(line, one.term) else None


def _item(item: QuizItem, of: Material) -> QuizItem | None:
    if _holds(of, item.feedback, item.citations):
        return item
    line = _cited_sentence(of, item.feedback, item.citations)
    return replace(item, feedback=line) if line and words.mentions(line, item.options[item.answer]) else None


def _holds(of: Material, text: str, citations: tuple[int, ...]) -> bool:
    sources = of.sources_of(Claim(text, citations, ""))
    return bool(sources) and of.verdict(text, sources).supported


def _cited_sentence(of: Material, text: str, citations: tuple[int, ...]) -> str:
    """The sentence of a cited passage that was meant; nothing when none is near enough, or it is no sentence."""
    sources = of.sources_of(Claim(text, citations, ""))
    if not sources:
        return ""
    found = of.verdict(text, sources)
    line = found.evidence.strip()
    whole = words.is_equation(line) or line.endswith((".", "!", "?"))
    meant = Fault.FOREIGN not in found.faults and whole and words.count(line) <= _LONGEST
    return line if meant and of.verdict(line, sources).supported else ""


def _there(found: Iterable[Kept | None]) -> list[Kept]:
    return [one for one in found if one is not None]
