"""Turns an answer that was judged into a lesson."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from modules.lesson_writing.interface import (
    Analogy,
    AnalogyPair,
    Brief,
    Interest,
    KeyTerm,
    Lesson,
    ModelUse,
    QuizItem,
    Receipt,
    Section,
    SectionKind,
    Sentence,
    SentenceKind,
    Source,
)
from modules.model_writing.domain.answers import AnalogyIn, Answer, QuizIn, SectionIn, TermIn
from modules.model_writing.domain.language import say
from modules.rag.interface import Passage

_ORDER: Final = tuple(SectionKind)
_SAME: Final = ("book_title", "edition", "chapter", "section", "url", "license", "license_url", "attribution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who wrote it, and what it took. `authored`: the comparison to take when the model gave none."""

    engine: str
    version: str
    uses: tuple[ModelUse, ...]
    authored: Analogy | None


@dataclass(slots=True)
class _Citations:
    """Numbers passages in the order in which the lesson first uses them."""

    passages: Mapping[str, Passage]
    used: list[str] = field(default_factory=list)

    def numbers(self, ids: Iterable[str]) -> tuple[int, ...]:
        for one in ids:
            if one not in self.used:
                self.used.append(one)
        return tuple(self.used.index(one) + 1 for one in ids)

    def sources(self) -> tuple[Source, ...]:
        found = [self.passages[one] for one in self.used]
        return tuple(_source(number, one) for number, one in enumerate(found, start=1))


def lesson(
    answer: Answer, brief: Brief, passages: Mapping[str, Passage], interest: Interest | None, maker: Maker
) -> Lesson:
    """The lesson, in the order of a lesson. Without an interest there is no comparison, whatever the model wrote."""
    cite = _Citations(passages)
    written = _analogy(answer.analogy, maker.authored) if answer.analogy else maker.authored
    analogy = written if interest else None
    ordered = sorted(answer.sections, key=lambda one: _ORDER.index(SectionKind(one.kind)))
    sections = [_section(one, cite) for one in ordered]
    terms = tuple(_term(one, brief, cite) for one in answer.terms)
    quiz = tuple(_question(one, cite) for one in answer.quiz)
    sources = cite.sources()
    return Lesson(
        id=brief.lesson_id,
        key=brief.key,
        title=brief.topic.title,
        topic_id=brief.topic.id,
        subject=brief.topic.subject,
        grade=brief.grade,
        level=brief.level,
        language=brief.language,
        interest_id=interest.id if analogy and interest else "",
        interest_name=interest.name if analogy and interest else "",
        sections=_introducing(_with_analogy(sections, analogy), terms),
        analogy=analogy,
        terms=terms,
        quiz=quiz,
        sources=sources,
        attributions=tuple(dict.fromkeys(one.attribution for one in sources)),
        receipt=Receipt(
            engine=maker.engine,
            engine_version=maker.version,
            corpus_version=brief.corpus_version,
            passages=tuple(one.passage_id for one in sources),
            checks=(),
            uses=maker.uses,
        ),
    )


def _section(read: SectionIn, cite: _Citations) -> Section:
    sentences = tuple(
        Sentence(text=one.text, kind=SentenceKind(one.kind), citations=cite.numbers(one.citations))
        for one in read.sentences
    )
    return Section(kind=SectionKind(read.kind), title=read.title, sentences=sentences)


def _term(read: TermIn, brief: Brief, cite: _Citations) -> KeyTerm:
    """The book's own definition where it has one."""
    own = {one.term.casefold(): one.definition for one in brief.topic.terms}
    definition = own.get(read.term.casefold()) or read.definition
    return KeyTerm(term=read.term, definition=definition, citations=cite.numbers(read.citations))


def _question(read: QuizIn, cite: _Citations) -> QuizItem:
    return QuizItem(
        question=read.question,
        options=tuple(read.options),
        answer=read.answer,
        feedback=read.feedback,
        citations=cite.numbers(read.citations),
    )


def _analogy(read: AnalogyIn, authored: Analogy | None) -> Analogy:
    """The model's wording; why it holds is said by people only."""
    pairs = tuple(AnalogyPair(concept=one.concept, interest=one.interest, sentence=one.sentence) for one in read.pairs)
    made = Analogy(opening=read.opening, pairs=pairs, limit=read.limit)
    return replace(made, holds=authored.holds, loose=authored.loose) if authored else made


def _with_analogy(sections: Sequence[Section], analogy: Analogy | None) -> list[Section]:
    if analogy is None:
        return list(sections)
    lines = [analogy.opening, *(pair.sentence for pair in analogy.pairs), analogy.holds, analogy.limit]
    told = tuple(Sentence(text=line, kind=SentenceKind.ANALOGY) for line in lines if line)
    made = Section(kind=SectionKind.ANALOGY, title=say("analogy_title"), sentences=told)
    return sorted([*sections, made], key=lambda one: _ORDER.index(one.kind))


def _introducing(sections: Sequence[Section], terms: Sequence[KeyTerm]) -> tuple[Section, ...]:
    """The sections with the terms that each is the first to use; a hook explains none."""
    left, told = list(terms), list[Section]()
    for section in sections:
        prose = " ".join(one.text for one in section.sentences).casefold()
        new = tuple(one for one in left if section.kind is not SectionKind.HOOK and one.term.casefold() in prose)
        left = [one for one in left if one not in new]
        told.append(replace(section, terms=new))
    return tuple(told)


def _source(number: int, passage: Passage) -> Source:
    known = {name: getattr(passage, name) for name in _SAME}
    return Source(number=number, passage_id=passage.id, quote=passage.text, **known)
