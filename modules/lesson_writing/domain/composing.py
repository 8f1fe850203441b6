"""The built-in writer: plans a lesson from a topic's own sentences, and says where each one stands in the book."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.candidates import (
    Candidate,
    candidates,
    is_sequence,
    reads_whole,
    standing_alone,
)
from modules.lesson_writing.domain.language import ENGLISH, say, starts
from modules.lesson_writing.domain.parts import MOST_PARTS, Part, parts, passages_of, sentences_of
from modules.lesson_writing.domain.quizzing import QuizMaterial, facts_in, quiz
from modules.lesson_writing.domain.selecting import Aims, defines, pick
from modules.lesson_writing.domain.topics import Comparison, topic_phrase
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
from modules.rag.interface import Passage, PassageKind, Term, Topic

ENGINE: Final = "builtin"
VERSION: Final = "1"
_PART_WORDS: Final = 40
_EXPLANATION_WORDS: Final = 120
_BIG_IDEA: Final = 2
_ALIKE: Final = 0.4
_STEPS_WORDS: Final = 84
_EXAMPLE_WORDS: Final = range(12, 100)
_MISCONCEPTION_WORDS: Final = 40
_RECAP: Final = 3
_RECAP_WORDS: Final = 60
_TERMS: Final = 6
_DEFINITION_WORDS: Final = 32
_ASKED_ABOUT: Final = frozenset({SectionKind.BIG_IDEA, SectionKind.EXPLANATION, SectionKind.RECAP})
_OPENING_SENTENCES: Final = 12
_OBJECTIVE_WORDS: Final = range(2, 23)
_NOUNS: Final = 10
_RARE: Final = 2
_NO_NOUN: Final = re.compile(rf"(?:{ENGLISH['no_noun']})$")
_NO_VERB: Final = starts("goal_is_no_verb")


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
        return [self.fact(one.text, one.passage) for one in chosen]


def compose(brief: Brief, made: Comparison | None) -> Lesson:
    """A lesson whose facts are sentences of the passages."""
    cite, aims = _Citations(), Aims.of(brief.topic, brief.passages, brief.grade)
    summary = [one for one in sentences_of(brief, PassageKind.SUMMARY) if one.alone]
    big_idea = _big_idea(brief, summary, aims)
    sections = [
        _section(SectionKind.HOOK, say("hook_title"), _hook(brief, made)),
        _section(SectionKind.BIG_IDEA, say("big_idea_title"), cite.facts(big_idea)),
        *_explanation(brief, aims, cite),
        *([_analogy(made)] if made else []),
        _section(SectionKind.WORKED_EXAMPLE, say("example_title"), _worked_example(brief, cite)),
        _section(SectionKind.MISCONCEPTION, say("misconception_title"), _misconception(brief, cite)),
        _section(SectionKind.RECAP, say("recap_title"), _recap(brief, summary, big_idea, aims, cite)),
    ]
    sections = [section for section in sections if section.sentences]
    terms = _terms(brief, sections, cite)
    return _lesson(brief, made, _introducing(sections, terms), terms, cite)


def _section(kind: SectionKind, title: str, sentences: Iterable[Sentence]) -> Section:
    return Section(kind=kind, title=title, sentences=tuple(sentences))


def _frame(line: str) -> Sentence:
    return Sentence(text=line, kind=SentenceKind.QUESTION if line.endswith("?") else SentenceKind.FRAME)


def _hook(brief: Brief, made: Comparison | None) -> list[Sentence]:
    topic = topic_phrase(brief.topic, brief.passages)
    goal = next(iter(_goals(brief.topic)), say("default_goal", topic=topic))
    if made is None:
        return [_frame(say("plain_question", goal=goal)), _frame(say("plain_goal"))]
    pattern = made.pattern[:1].lower() + made.pattern[1:]
    lines = [say("hook_question", interest=made.name, topic=topic), say("hook_pattern", pattern=pattern)]
    return [_frame(line) for line in [*lines, say("hook_goal", goal=goal)]]


def _goals(topic: Topic) -> list[str]:
    """Objectives as they follow "you can": each starts with what the student does."""
    lines = [re.sub(r"[\s.;:,]*(?:\b(?:and|or))?$", "", line.strip()) for line in topic.objectives]
    return [
        line[:1].lower() + line[1:]
        for line in lines
        if line[:1].isupper() and not _NO_VERB.match(line) and len(line.split()) in _OBJECTIVE_WORDS
    ]


def _big_idea(brief: Brief, summary: list[Candidate], aims: Aims) -> list[Candidate]:
    """What the topic is, when the opening of its text says so, and what its summary says first."""
    title = set(text.content(brief.topic.title))
    opening = [one for one in sentences_of(brief, PassageKind.TEXT)[:_OPENING_SENTENCES] if one.alone]
    telling = [one for one in opening if title & set(text.content(one.text))] or opening
    defining = [one for one in telling if defines(one.text)]
    chosen: list[Candidate] = []
    for one in [*defining[:1], *summary] or telling[:1]:
        if len(chosen) < _BIG_IDEA and not aims.is_redundant(one, alike=_ALIKE):
            aims.take([one])
            chosen.append(standing_alone(one))
    return chosen


def _explanation(brief: Brief, aims: Aims, cite: _Citations) -> list[Section]:
    picked: list[Part] = []
    divided = parts(brief, aims, most=MOST_PARTS - bool(_example(brief)))
    budget = max(_PART_WORDS, _EXPLANATION_WORDS // max(1, len(divided)))
    for title, found in divided:
        steps = 0 if any(is_sequence(chosen) for _, chosen in picked) else _STEPS_WORDS
        chosen = pick(found, aims, budget=budget, steps_budget=steps)
        picked += [(title, chosen)] if chosen else []
    last = len(picked) - 1
    return [
        _section(
            SectionKind.EXPLANATION,
            title,
            [
                _frame(_signpost(place, last)),
                *cite.facts(chosen),
                *([_frame(say("pause"))] if place == last - 1 else []),
            ],
        )
        for place, (title, chosen) in enumerate(picked)
    ]


def _signpost(place: int, last: int) -> str:
    middle = ENGLISH["say"]["middle_parts"]
    return say("first_part") if place == 0 else say("last_part") if place == last else middle[place % len(middle)]


def _analogy(made: Comparison) -> Section:
    lines = [made.analogy.opening, *(pair.sentence for pair in made.analogy.pairs), made.analogy.limit]
    spoken = [Sentence(text=part, kind=SentenceKind.ANALOGY) for line in lines for part in text.sentences(line)]
    return _section(SectionKind.ANALOGY, say("analogy_title", interest=made.name), spoken)


def _example(brief: Brief) -> Passage | None:
    """The first worked example that reads well outside its book."""
    for passage in passages_of(brief, PassageKind.EXAMPLE):
        if text.count(passage.text) in _EXAMPLE_WORDS and all(map(reads_whole, text.sentences(passage.text))):
            return passage
    return None


def _worked_example(brief: Brief, cite: _Citations) -> list[Sentence]:
    passage = _example(brief)
    return [cite.fact(line, passage) for line in text.sentences(passage.text)] if passage else []


def _misconception(brief: Brief, cite: _Citations) -> list[Sentence]:
    for passage in passages_of(brief, PassageKind.MISCONCEPTION):
        taken, room = list[str](), _MISCONCEPTION_WORDS
        for line in text.sentences(passage.text):
            room -= text.count(line)
            if room < 0:
                break
            taken.append(line)
        if len(taken) > 1:
            return [cite.fact(line, passage) for line in taken]
    return []


def _recap(
    brief: Brief, summary: list[Candidate], big_idea: list[Candidate], aims: Aims, cite: _Citations
) -> list[Sentence]:
    said = {one.text for one in big_idea}
    chosen = [one for one in summary if one.text not in said][:_RECAP]
    if len(chosen) < _RECAP - 1:
        rest = [one for one in sentences_of(brief, PassageKind.TEXT) if one.alone]
        chosen += pick(rest, aims, budget=_RECAP_WORDS)[: _RECAP - len(chosen)]
    if not chosen:
        return []
    return [_frame(say("recap_frame")), *cite.facts(map(standing_alone, chosen)), _frame(say("recap_question"))]


def _terms(brief: Brief, sections: list[Section], cite: _Citations) -> tuple[KeyTerm, ...]:
    """The book's own definitions of the terms that the lesson uses, in the order of use."""
    prose = " ".join(sentence.text for section in sections[1:] for sentence in section.sentences)
    used = [(found.start(), one) for one in brief.topic.terms if (found := text.term_pattern(one.term).search(prose))]
    made: list[KeyTerm] = []
    for _, one in sorted(used, key=lambda pair: pair[0]):
        home = next((passage for passage in brief.passages if _gives(passage, one)), None)
        if home and len(made) < _TERMS and text.count(one.definition) <= _DEFINITION_WORDS:
            made.append(KeyTerm(term=one.term, definition=one.definition, citations=(cite.number(home),)))
    return tuple(made)


def _nouns(brief: Brief) -> list[Term]:
    """Frequent words of the text that are most likely nouns, the most frequent first."""
    prose = " ".join(passage.text for passage in passages_of(brief, PassageKind.TEXT))
    found = Counter(word for word in re.findall(r"\b[a-z]{4,}\b", prose) if text.content(word))
    likely = [word for word, times in found.most_common() if times > _RARE and not _NO_NOUN.search(word)]
    return [Term(term=word, definition="") for word in likely[:_NOUNS]]


def _gives(passage: Passage, one: Term) -> bool:
    return one.definition.rstrip(".") in passage.text and text.mentions(passage.text, one.term)


def _introducing(sections: list[Section], terms: tuple[KeyTerm, ...]) -> tuple[Section, ...]:
    """The sections with the terms that each is the first to use."""
    left, told = list(terms), list[Section]()
    for section in sections:
        prose = " ".join(sentence.text for sentence in section.sentences)
        explains = section.kind is not SectionKind.HOOK
        new = tuple(one for one in left if explains and text.mentions(prose, one.term))
        left = [one for one in left if one not in new]
        told.append(replace(section, terms=new))
    return tuple(told)


def _lesson(
    brief: Brief,
    made: Comparison | None,
    sections: tuple[Section, ...],
    terms: tuple[KeyTerm, ...],
    cite: _Citations,
) -> Lesson:
    questions = QuizMaterial(
        facts=facts_in(one for section in sections if section.kind in _ASKED_ABOUT for one in section.sentences),
        more=cite.facts(one for one in candidates(cite.used) if one.alone),
        terms=terms,
        others=[*brief.topic.terms, *brief.other_terms],
        words=_nouns(brief),
        evidence=[line for passage in brief.passages for line in text.sentences(passage.text)],
        seed=brief.topic.id,
    )
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
        language=brief.language,
        interest_id=made.interest.id if made else "",
        interest_name=made.interest.name if made else "",
        sections=sections,
        analogy=made.analogy if made else None,
        terms=terms,
        quiz=quiz(questions),
        sources=tuple(_source(place, passage) for place, passage in enumerate(cite.used, start=1)),
        attributions=tuple(dict.fromkeys(passage.attribution for passage in cite.used)),
        receipt=receipt,
    )


def _source(number: int, passage: Passage) -> Source:
    same = ("book_title", "edition", "chapter", "section", "url", "license", "license_url", "attribution")
    known = {name: getattr(passage, name) for name in same}
    return Source(number=number, passage_id=passage.id, quote=passage.text, **known)
