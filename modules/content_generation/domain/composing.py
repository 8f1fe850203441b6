"""The built-in writer: plans a lesson from a topic's own sentences, and says where each one stands in the book."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from modules.content_generation.domain import text
from modules.content_generation.domain.candidates import Candidate, candidates, is_sequence, standing_alone
from modules.content_generation.domain.orders import ENGINE, ENGINE_VERSION
from modules.content_generation.domain.quizzing import QuizMaterial, quiz
from modules.content_generation.domain.selecting import Aims, pick
from modules.content_generation.interface import (
    Analogy,
    Interest,
    KeyTerm,
    Lesson,
    Receipt,
    Section,
    SectionKind,
    Sentence,
    SentenceKind,
    Source,
)
from modules.kernel.interface import GradeLevel, LessonId
from modules.rag.interface import Passage, PassageKind, Term, Topic

_PART_WORDS: Final = 48
_PART_WORDS_BESIDE_EXAMPLE: Final = 38
_STEPS_WORDS: Final = 72
_FEWEST_PARTS, _MOST_PARTS = 3, 4
_EXAMPLE_WORDS: Final = range(12, 100)
_MISCONCEPTION_WORDS: Final = 48
_RECAP_SENTENCES: Final = 3
_TERMS: Final = 6
_OBJECTIVE_WORDS: Final = 22
_NOT_A_VERB: Final = re.compile(r"^(?:The|A|An|By|In|This|What|How|Why|Students?|You|After)\b|^\w+(?:ing|ed)\b")
_BAD_EXAMPLE: Final = re.compile(
    r"\b(?:figure|table|above|below|equation \d|section|see)\b|[\[\]{}|\\_]|https?:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a lesson is made from.

    Attributes:
        passages: the topic's own in reading order, then borrowed ones.
        pattern: what topic and interest have in common, in a sentence; empty without analogy.
    """

    lesson_id: LessonId
    key: str
    topic: Topic
    passages: tuple[Passage, ...]
    other_terms: tuple[Term, ...]
    grade: GradeLevel
    language: str
    corpus_version: str
    interest: Interest | None
    analogy: Analogy | None
    pattern: str = ""


@dataclass(slots=True)
class _Citations:
    """Numbers passages in the order in which the lesson first uses them."""

    used: list[Passage] = field(default_factory=list)

    def number(self, passage: Passage) -> int:
        if passage not in self.used:
            self.used.append(passage)
        return self.used.index(passage) + 1

    def fact(self, candidate: Candidate) -> Sentence:
        return Sentence(text=candidate.text, kind=SentenceKind.FACT, citations=(self.number(candidate.passage),))


def compose(material: Material) -> Lesson:
    """A lesson whose facts are sentences of the passages."""
    cite = _Citations()
    aims = Aims.of(material.topic, material.passages, material.grade)
    summary = [sentence for sentence in _of(material, PassageKind.SUMMARY) if sentence.usable]
    example = _worked_example(material, cite)
    hook, big_idea = _hook(material), _big_idea(material, summary, aims, cite)
    explanation = _explanation(material, aims, cite, beside_example=bool(example))
    misconception = _misconception(material, cite)
    recap = _recap(summary, material, aims, cite)
    sections = [hook, big_idea, *explanation, *_analogy(material), *example, *misconception, *recap]
    sections = [section for section in sections if section.sentences]
    terms = _terms(material, sections, cite)
    facts = [sentence for section in sections for sentence in section.sentences if sentence.kind is SentenceKind.FACT]
    return _lesson(material, tuple(sections), terms, facts, cite)


def topic_phrase(topic: Topic, passages: Iterable[Passage]) -> str:
    """The title as it stands inside a sentence: lower case but for names, as the book itself writes them."""
    title = topic.title.split(":")[0].strip()
    prose = " ".join(passage.text for passage in passages)
    return " ".join(_in_sentence(word, prose) for word in title.split())


def _in_sentence(word: str, prose: str) -> str:
    lower = word.lower()
    if word == lower or (len(word) > 1 and word.isupper()):
        return word
    is_name = re.search(rf"\b{re.escape(word)}\b", prose) and not re.search(rf"\b{re.escape(lower)}\b", prose)
    return word if is_name else lower


def _of(material: Material, *kinds: PassageKind) -> list[Candidate]:
    return candidates(passage for passage in material.passages if passage.kind in kinds)


def _frame(line: str) -> Sentence:
    return Sentence(text=line, kind=SentenceKind.FRAME)


def _question(line: str) -> Sentence:
    return Sentence(text=line, kind=SentenceKind.QUESTION)


def _hook(material: Material) -> Section:
    topic = topic_phrase(material.topic, material.passages)
    goal = next(iter(_goals(material.topic)), f"explain {topic} in your own words")
    if material.interest and material.analogy:
        interest = material.interest.name.lower()
        lines = [
            _question(f"What could {interest} have to do with {topic}?"),
            _frame(f"One pattern runs through both: {material.pattern[:1].lower()}{material.pattern[1:]}"),
            _frame(f"Look out for it as you read, and by the end you can {goal}."),
        ]
    else:
        lines = [
            _question(f"Could you {goal}?"),
            _frame("Keep that question in mind as you read: by the end, your answer should be yes."),
        ]
    return Section(kind=SectionKind.HOOK, title="Before you start", sentences=tuple(lines))


def _goals(topic: Topic) -> list[str]:
    """Objectives as they follow "you can": each starts with what the student does."""
    lines = [line.strip().rstrip(".;:") for line in topic.objectives]
    good = [line for line in lines if not _NOT_A_VERB.match(line) and 1 < len(line.split()) <= _OBJECTIVE_WORDS]
    return [line[:1].lower() + line[1:] for line in good if line[:1].isupper()]


def _big_idea(material: Material, summary: list[Candidate], aims: Aims, cite: _Citations) -> Section:
    title = set(text.content(material.topic.title))
    opening = [one for one in _of(material, PassageKind.TEXT)[:12] if one.usable and not one.leans and not one.equation]
    telling = [one for one in opening if title & set(text.content(one.text))] or opening[:1]
    chosen: list[Candidate] = []
    for one in [*telling[:1], *summary[:1]]:
        if not aims.is_redundant(one):
            aims.take([one])
            chosen.append(standing_alone(one))
    facts = tuple(cite.fact(one) for one in chosen)
    return Section(kind=SectionKind.BIG_IDEA, title="The big idea", sentences=facts)


def _explanation(material: Material, aims: Aims, cite: _Citations, *, beside_example: bool) -> list[Section]:
    budget = _PART_WORDS_BESIDE_EXAMPLE if beside_example else _PART_WORDS
    picked: list[tuple[str, list[Candidate]]] = []
    for title, found in _parts(material, aims):
        room_for_steps = not any(is_sequence(chosen) for _, chosen in picked)
        chosen = pick(found, aims, budget=budget, steps_budget=_STEPS_WORDS if room_for_steps else budget)
        picked += [(title, chosen)] if chosen else []
    return [
        Section(
            kind=SectionKind.EXPLANATION,
            title=title,
            sentences=(
                _frame(_signpost(place, len(picked), material.topic.id)),
                *(cite.fact(one) for one in chosen),
                *([_question("Pause here: could you say that in your own words?")] if place == len(picked) - 2 else []),
            ),
        )
        for place, (title, chosen) in enumerate(picked)
    ]


def _signpost(place: int, count: int, seed: str) -> str:
    if place == 0:
        return "Let's take it one step at a time."
    if place == count - 1:
        return "Finally, here is the last piece."
    middle = ("Next, build on that idea.", "Now add another piece.", "Next, look a little closer.")
    return middle[(place + int(sha256(seed.encode()).hexdigest()[:4], 16)) % len(middle)]


def _parts(material: Material, aims: Aims) -> list[tuple[str, list[Candidate]]]:
    """The headings that cover most of the aims, in book order; a single heading is split where its passages end."""
    parts: dict[str, list[Candidate]] = {}
    for one in _of(material, PassageKind.TEXT):
        parts.setdefault(one.passage.heading or material.topic.title, []).append(one)
    whole = [(title, found) for title, found in parts.items() if any(one.usable and not one.leans for one in found)]
    while 0 < len(whole) < _FEWEST_PARTS:
        title, found = max(whole, key=lambda part: len(part[1]))
        if len(found) < 2 * _FEWEST_PARTS:
            break
        place, middle = whole.index((title, found)), len(found) // 2
        middle = next((cut for cut in range(middle, len(found)) if not found[cut].follows), middle)
        halves = [(title, found[:middle]), (title, found[middle:])]
        whole[place : place + 1] = [half for half in halves if half[1]]
        if middle == len(found):
            break
    best = sorted(whole, key=lambda part: -aims.gain([one for one in part[1] if one.usable]))[:_MOST_PARTS]
    return _titled([part for part in whole if part in best], material)


def _titled(parts: list[tuple[str, list[Candidate]]], material: Material) -> list[tuple[str, list[Candidate]]]:
    """Gives parts that share a heading, or have none but the topic's own, a title from the term they are about."""
    seen = {material.topic.title.lower()}
    named: list[tuple[str, list[Candidate]]] = []
    for title, found in parts:
        name = title
        if title.lower() in seen:
            prose = " ".join(one.text for one in found)
            free = [term.term for term in material.topic.terms if text.mentions(prose, term.term)]
            free = [term for term in free if term.lower() not in seen]
            name = text.capitalised(free[0]) if free else ("The basics" if not named else "A closer look")
        seen.add(name.lower())
        named.append((name, found))
    return named


def _analogy(material: Material) -> list[Section]:
    if not (material.analogy and material.interest):
        return []
    made = material.analogy
    lines = [made.opening, *(pair.sentence for pair in made.pairs), made.limit]
    spoken = tuple(Sentence(text=part, kind=SentenceKind.ANALOGY) for line in lines for part in text.sentences(line))
    return [
        Section(kind=SectionKind.ANALOGY, title=f"See it through {material.interest.name.lower()}", sentences=spoken)
    ]


def _worked_example(material: Material, cite: _Citations) -> list[Section]:
    for passage in material.passages:
        if passage.kind is PassageKind.EXAMPLE and _reads_well(passage.text):
            lines = [line for line in text.sentences(passage.text) if line]
            facts = tuple(
                Sentence(text=line, kind=SentenceKind.FACT, citations=(cite.number(passage),)) for line in lines
            )
            return [Section(kind=SectionKind.WORKED_EXAMPLE, title="Worked example", sentences=facts)]
    return []


def _reads_well(example: str) -> bool:
    complete = all(line.endswith((".", "?", "!", ":")) or text.is_equation(line) for line in text.sentences(example))
    return complete and len(text.words(example)) in _EXAMPLE_WORDS and not _BAD_EXAMPLE.search(example)


def _misconception(material: Material, cite: _Citations) -> list[Section]:
    for passage in material.passages:
        if passage.kind is PassageKind.MISCONCEPTION:
            facts: list[Sentence] = []
            for line in text.sentences(passage.text):
                if sum(len(text.words(fact.text)) for fact in facts) + len(text.words(line)) > _MISCONCEPTION_WORDS:
                    break
                facts.append(Sentence(text=line, kind=SentenceKind.FACT, citations=(cite.number(passage),)))
            if len(facts) > 1:
                return [Section(kind=SectionKind.MISCONCEPTION, title="A common mix-up", sentences=tuple(facts))]
    return []


def _recap(summary: list[Candidate], material: Material, aims: Aims, cite: _Citations) -> list[Section]:
    said = {one.text for one in aims.taken}
    fresh = [one for one in summary if one.text not in said and not one.leans and not one.equation]
    chosen = fresh[:_RECAP_SENTENCES]
    if len(chosen) < _RECAP_SENTENCES:
        rest = [one for one in _of(material, PassageKind.TEXT) if not one.leans and not one.equation]
        chosen += pick(rest, aims, budget=60)[: _RECAP_SENTENCES - len(chosen)]
    if not chosen:
        return []
    lines = (
        _frame("Remember these ideas:" if len(chosen) > 1 else "Remember this idea:"),
        *(cite.fact(standing_alone(one)) for one in chosen),
        _question("Which of these could you explain to a friend right now?"),
    )
    return [Section(kind=SectionKind.RECAP, title="In short", sentences=lines)]


def _terms(material: Material, sections: Sequence[Section], cite: _Citations) -> tuple[KeyTerm, ...]:
    """The book's own definitions of the terms that the lesson uses, in the order of use."""
    prose = " ".join(sentence.text for section in sections for sentence in section.sentences)
    used = [(text.term_pattern(term.term).search(prose), term) for term in material.topic.terms]
    in_order = sorted(((found.start(), term) for found, term in used if found), key=lambda pair: pair[0])
    made: list[KeyTerm] = []
    for _, term in in_order:
        home = next((passage for passage in material.passages if term.definition.rstrip(".") in passage.text), None)
        if home and len(made) < _TERMS:
            made.append(KeyTerm(term=term.term, definition=term.definition, citations=(cite.number(home),)))
    return tuple(made)


def _lesson(
    material: Material,
    sections: tuple[Section, ...],
    terms: tuple[KeyTerm, ...],
    facts: list[Sentence],
    cite: _Citations,
) -> Lesson:
    evidence = [line for passage in material.passages for line in text.sentences(passage.text)]
    questions = QuizMaterial(
        facts=facts, terms=terms, others=material.other_terms, evidence=evidence, seed=material.topic.id
    )
    has_analogy = material.interest is not None and material.analogy is not None
    return Lesson(
        id=material.lesson_id,
        key=material.key,
        title=material.topic.title,
        topic_id=material.topic.id,
        subject=material.topic.subject,
        grade=material.grade,
        language=material.language,
        interest_id=material.interest.id if material.interest and has_analogy else "",
        interest_name=material.interest.name if material.interest and has_analogy else "",
        sections=sections,
        analogy=material.analogy,
        terms=terms,
        quiz=quiz(questions) if facts else (),
        sources=tuple(_source(place, passage) for place, passage in enumerate(cite.used, start=1)),
        attributions=tuple(dict.fromkeys(passage.attribution for passage in cite.used)),
        receipt=Receipt(
            engine=ENGINE,
            engine_version=ENGINE_VERSION,
            corpus_version=material.corpus_version,
            passages=tuple(passage.id for passage in cite.used),
            checks=(),
        ),
    )


def _source(number: int, passage: Passage) -> Source:
    return Source(
        number=number,
        passage_id=passage.id,
        quote=passage.text,
        book_title=passage.book_title,
        edition=passage.edition,
        chapter=passage.chapter,
        section=passage.section,
        url=passage.url,
        license=passage.license,
        license_url=passage.license_url,
        attribution=passage.attribution,
    )
