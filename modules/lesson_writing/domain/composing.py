"""The built-in writer: a plan's facts, its own frames and the comparison in one lesson, each fact with its source."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from modules.lesson_writing.domain.candidates import Candidate, candidates, leans
from modules.lesson_writing.domain.framing import analogy, for_reader, hook, said, signposts, varied
from modules.lesson_writing.domain.language import ENGLISH, say
from modules.lesson_writing.domain.material import homes
from modules.lesson_writing.domain.planning import Plan, plan
from modules.lesson_writing.domain.topics import Comparison
from modules.lesson_writing.interface import (
    Brief,
    KeyTerm,
    Lesson,
    Receipt,
    Section,
    SectionKind,
    Sentence,
    SentenceKind,
    Source,
)
from modules.prose import interface as text
from modules.quizzes.interface import Named, QuizMaterial, Quizzes, Taught
from modules.rag.interface import Passage, PassageKind

ENGINE: Final = "builtin"
VERSION: Final = "2"
_ASKED_ABOUT: Final = frozenset({SectionKind.BIG_IDEA, SectionKind.EXPLANATION, SectionKind.RECAP})
_QUIZ_WORDS: Final = 16
_FULL: Final = 64
_NOUNS: Final = 10
_NAMES: Final = 16
_NAME: Final = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{2,})?\b(?! [A-Z])")
_RARE: Final = 2
_NO_NOUN: Final = re.compile(rf"(?:{ENGLISH['no_noun']})$")


@dataclass(slots=True)
class _Citations:
    """Numbers passages in the order in which the lesson first uses them."""

    used: list[Passage] = field(default_factory=list)

    def number(self, passage: Passage) -> int:
        if passage not in self.used:
            self.used.append(passage)
        return self.used.index(passage) + 1

    def fact(self, line: str, passage: Passage) -> Sentence:
        equation = text.equation_in(line)
        return Sentence(text=line, kind=SentenceKind.FACT, citations=(self.number(passage),), equation=equation)

    def facts(self, chosen: Iterable[Candidate]) -> list[Sentence]:
        """Each sentence; one that was cut is several, and all of them cite its passage."""
        return [
            self.fact(line, one.passage)
            for one in chosen
            for line in ([one.text] if text.equation_in(one.text) else text.sentences(one.text))
        ]


def compose(brief: Brief, made: Comparison | None, usual: Comparison | None, quizzes: Quizzes) -> Lesson:
    """A lesson whose facts are sentences of the passages, brought to the reader's level.

    `usual`: a comparison of the same kind as `made`, but the same for all interests, so that the facts are so too.
    """
    cite, planned = _Citations(), plan(brief, _around(brief, usual))
    sections = [
        _section(SectionKind.HOOK, say("hook_title"), hook(brief, made)),
        _big_idea(brief, planned, cite),
        *(_section(SectionKind.EXPLANATION, title, cite.facts(chosen)) for title, chosen in planned.explained),
        *(analogy(made) if made else []),
        *_worked_example(planned, cite),
        _framed(SectionKind.MISCONCEPTION, "misconception", [cite.fact(*found) for found in planned.misconception]),
        _recap(brief, planned, cite),
    ]
    sections = [section for section in sections if section.sentences]
    terms = _terms(brief, sections, cite)
    told = _signposted(brief, _introducing(sections, terms))
    return _lesson(brief, made, told, terms, cite, quizzes)


def _around(brief: Brief, usual: Comparison | None) -> str:
    """What is usually read out beside the facts, to judge how hard the whole is."""
    lines = [*hook(brief, usual), *(one for part in (analogy(usual) if usual else []) for one in part.sentences)]
    return "\n".join([*(one.text for one in lines), say(for_reader("typical", brief))])


def _section(kind: SectionKind, title: str, sentences: Iterable[Sentence]) -> Section:
    return Section(kind=kind, title=title, sentences=tuple(sentences))


def _framed(kind: SectionKind, name: str, facts: Sequence[Sentence]) -> Section:
    """A section that its own line leads into; empty when it has no facts."""
    return _section(kind, say(f"{name}_title"), [said(f"{name}_first"), *facts] if facts else [])


def _big_idea(brief: Brief, planned: Plan, cite: _Citations) -> Section:
    facts = cite.facts(planned.big_idea)
    lead = said(for_reader("big_idea_first", brief))
    return _section(SectionKind.BIG_IDEA, say("big_idea_title"), [lead, *facts] if facts else [])


def _worked_example(planned: Plan, cite: _Citations) -> list[Section]:
    example = planned.example
    if example is None:
        return []
    problem, steps = (
        [cite.fact(line, example.passage) for line in lines] for lines in (example.problem, example.steps)
    )
    made = [_framed(SectionKind.WORKED_EXAMPLE, "example", problem)]
    if steps:
        title = say("example_steps_title")
        made.append(_section(SectionKind.WORKED_EXAMPLE, title, [said("example_steps"), *steps]))
    return made


def _recap(brief: Brief, planned: Plan, cite: _Citations) -> Section:
    facts = cite.facts(planned.recap)
    around = [said(for_reader("recap_frame", brief)), *facts, varied("recap_questions", brief)] if facts else []
    return _section(SectionKind.RECAP, say("recap_title"), around)


def _signposted(brief: Brief, sections: Sequence[Section]) -> tuple[Section, ...]:
    """The parts of the explanation with what leads into each, and a pause in one with room before the last."""
    places = [place for place, section in enumerate(sections) if section.kind is SectionKind.EXPLANATION]
    told, sizes = list(sections), {place: _size(sections[place]) for place in places}
    quietest = min(places[:-1] or places, key=lambda place: (sizes[place] > _FULL, -place), default=-1)
    for number, place in enumerate(places):
        section = sections[place]
        pause = [varied("pauses", brief)] if place == quietest else []
        named = section.terms if sizes[place] <= _FULL else ()
        lead = signposts(brief, number, len(places) - 1, named)
        told[place] = replace(section, sentences=(*lead, *section.sentences, *pause))
    return tuple(told)


def _size(section: Section) -> int:
    return sum(text.count(one.text) for one in section.sentences)


def _terms(brief: Brief, sections: list[Section], cite: _Citations) -> tuple[KeyTerm, ...]:
    """The book's own definitions of the terms that the lesson uses, in the order of use."""
    prose = " ".join(sentence.text for section in sections for sentence in section.sentences)
    known = homes(brief)
    used = [(found.start(), term) for term in known if (found := text.term_pattern(term).search(prose))]
    made = [known[term] for _, term in sorted(used)]
    return tuple(
        KeyTerm(term=one.term, definition=one.definition, citations=(cite.number(home),)) for one, home in made
    )


def _words(brief: Brief) -> list[Named]:
    """Frequent words of the text that are most likely nouns or names, the most frequent first."""
    prose = " ".join(one.text for one in brief.passages if one.kind is PassageKind.TEXT)
    found = Counter(word for word in re.findall(r"\b[a-z]{4,}\b", prose) if text.content(word))
    likely = [word for word, times in found.most_common() if times > _RARE and not _NO_NOUN.search(word)]
    names = Counter(_NAME.findall(prose)).most_common(_NAMES)
    told = [Named(term=name, is_name=True) for name, times in names if times > 1 and name.lower() not in prose]
    return [*told, *(Named(term=word) for word in likely[:_NOUNS])]


def _introducing(sections: list[Section], terms: tuple[KeyTerm, ...]) -> tuple[Section, ...]:
    """The sections with the terms that each is the first to use."""
    left, told = list(terms), list[Section]()
    for section in sections:
        prose = " ".join(sentence.text for sentence in section.sentences)
        new = tuple(one for one in left if text.mentions(prose, one.term))
        left = [one for one in left if one not in new]
        told.append(replace(section, terms=new))
    return tuple(told)


def _material(brief: Brief, sections: Iterable[Section], terms: Sequence[KeyTerm], cite: _Citations) -> QuizMaterial:
    told = [one for section in sections if section.kind in _ASKED_ABOUT for one in section.sentences]
    more = [one for one in candidates(list(cite.used), most_words=_QUIZ_WORDS) if one.alone]
    return QuizMaterial(
        facts=_asked_about(one for one in told if one.kind is SentenceKind.FACT),
        more=_asked_about(cite.facts(more)),
        terms=[Named(term=one.term, definition=one.definition, citations=one.citations) for one in terms],
        others=[Named(term=one.term, definition=one.definition) for one in (*brief.topic.terms, *brief.other_terms)],
        words=_words(brief),
        evidence=[line for passage in brief.passages for line in text.sentences(passage.text)],
        seed=brief.topic.id,
    )


def _asked_about(facts: Iterable[Sentence]) -> list[Taught]:
    return [Taught(text=one.text, citations=one.citations) for one in facts if not leans(one.text)]


def _lesson(
    brief: Brief,
    made: Comparison | None,
    sections: tuple[Section, ...],
    terms: tuple[KeyTerm, ...],
    cite: _Citations,
    quizzes: Quizzes,
) -> Lesson:
    quiz = quizzes.quiz(_material(brief, sections, terms, cite))
    receipt = Receipt(
        engine=ENGINE,
        engine_version=VERSION,
        corpus_version=brief.corpus_version,
        passages=tuple(passage.id for passage in cite.used),
        checks=(),
    )
    return Lesson(
        id=brief.lesson_id,
        key=brief.key,
        title=brief.topic.title,
        topic_id=brief.topic.id,
        subject=brief.topic.subject,
        grade=brief.grade,
        level=brief.level,
        language=brief.language,
        interest_id=made.interest.id if made else "",
        interest_name=made.interest.name if made else "",
        sections=sections,
        analogy=made.analogy if made else None,
        terms=terms,
        quiz=quiz,
        sources=tuple(_source(place, passage) for place, passage in enumerate(cite.used, start=1)),
        attributions=tuple(dict.fromkeys(passage.attribution for passage in cite.used)),
        receipt=receipt,
    )


def _source(number: int, passage: Passage) -> Source:
    same = ("book_title", "edition", "chapter", "section", "url", "license", "license_url", "attribution")
    known = {name: getattr(passage, name) for name in same}
    return Source(number=number, passage_id=passage.id, quote=passage.text, **known)
