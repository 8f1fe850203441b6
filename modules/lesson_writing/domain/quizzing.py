"""Makes multiple-choice questions from what the lesson taught, with options of one kind that the sources do not support."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain, zip_longest
from typing import Final

from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.candidates import leans
from modules.lesson_writing.domain.language import any_of, say, starts
from modules.lesson_writing.interface import KeyTerm, QuizItem, Sentence, SentenceKind
from modules.rag.interface import Term

QUESTIONS: Final = 3
OPTIONS: Final = 4
BLANK: Final = "_____"
NAME: Final = "name"
_WITHOUT: Final = ("", NAME)
_AIM: Final = 4
_OF_A_KIND: Final = 2
_LONGEST: Final = 21
_LONGEST_DEFINITION: Final = 22
_MEANING: Final = range(4, 17)
_ALIKE: Final = 0.7
_SAME_SENTENCE: Final = 0.6
_WORDS_APART, _LETTERS_APART, _TIMES_LONGER = 2, 12, 2.5
_PLURAL: Final = re.compile(rf"(?:[^siu]s(?<!ics)|{any_of('irregular_plurals')})$", re.IGNORECASE)
_ADJECTIVE: Final = starts("adjective_definitions")
_DEFINES: Final = re.compile(r"\b(?:is|are|means|called)\b")
_SYMBOL: Final = re.compile(r"[A-Z][A-Za-z]?\d|[=→+×]|[₀-₉⁰-⁹]|^\W?\d")
_FIGURE: Final = re.compile(
    r"(?<![\w.,/^−-])(\d{1,3}(?:\.\d+)?)(?= (?:%|percent|m|km|cm|s|kg|g|N|J|W|°C|mL|L|degrees|hours|days|years|meters)\b)"
)
_OTHER_FIGURES: Final = (0.5, 2, 10, 0.1, 4, 5)
_YEAR: Final = re.compile(r"(?<=[Ii]n )((?:1[4-9]|20)\d\d)(?=[ ,.])")
_OTHER_YEARS: Final = (-7, 5, 12, -13, 9, -4, 17, 3)


@dataclass(frozen=True, kw_only=True)
class QuizMaterial:
    """What questions are made of.

    Attributes:
        facts: cited sentences of the lesson; more: others of the passages that it cites.
        terms: of the lesson. others: of the topic and its neighbours.
        words: for when terms are few, frequent nouns, and names, whose definition is NAME.
        evidence: sentences that a wrong option must not fit. seed: decides where keys stand.
    """

    facts: Sequence[Sentence]
    more: Sequence[Sentence]
    terms: Sequence[KeyTerm]
    others: Sequence[Term]
    words: Sequence[Term]
    evidence: Sequence[str]
    seed: str

    @cached_property
    def own(self) -> list[Term]:
        return [Term(term=one.term, definition=one.definition) for one in self.terms]

    @cached_property
    def known(self) -> list[Term]:
        """Terms, each once, those of the lesson first."""
        return list({one.term.lower(): one for one in [*self.others, *self.own][::-1]}.values())

    @cached_property
    def told(self) -> str:
        return " ".join([*(one.text for one in self.facts), *(one.term for one in self.terms)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A stem of a kind with its key; `term`: what it is about; `others`: wrong options, best first, still to be looked at."""

    kind: str
    stem: str
    key: str
    term: str
    others: Sequence[str]
    feedback: str
    citations: tuple[int, ...]


def quiz(material: QuizMaterial) -> tuple[QuizItem, ...]:
    """Up to four questions of mixed kinds, each about another sentence, and about another term if there are enough."""
    kinds = [list(_definitions(material)), list(_clozes(material, material.facts)), list(_meanings(material))]
    mixed = [one for row in zip_longest(*kinds) for one in row if one is not None]
    rest = chain(_clozes(material, material.more), _figures(material), _words(material))
    found, taken = [*mixed, *rest], list[tuple[_Question, list[str]]]()
    for again in (False, True):
        for one in found:
            if len(taken) < _AIM and _is_new(one, [other for other, _ in taken], again=again):
                wrong = _chosen(one)
                taken += [(one, wrong)] if len(wrong) == OPTIONS - 1 else []
    return tuple(_item(one, wrong, place=_place(material.seed, place)) for place, (one, wrong) in enumerate(taken))


def _is_new(one: _Question, asked: Sequence[_Question], *, again: bool) -> bool:
    """Whether nothing like it was asked; `again`: about a term a second time, or in a kind a third time, is well."""
    repeated = any(_share(one.feedback, other.feedback) >= _SAME_SENTENCE for other in asked)
    same_term = any(one.term == other.term for other in asked)
    same_kind = sum(one.kind == other.kind for other in asked) >= _OF_A_KIND
    return not repeated and (again or not (same_term or same_kind))


def _definitions(material: QuizMaterial) -> Iterator[_Question]:
    for one, term in zip(material.terms, material.own, strict=True):
        leaks = set(text.content(one.term)) & set(text.content(one.definition))
        if not leaks and text.count(one.definition) <= _LONGEST_DEFINITION:
            yield _Question(
                kind="definition",
                stem=say("definition", definition=one.definition.rstrip(".")),
                key=one.term,
                term=one.term,
                others=_other_terms(term, one.definition, material, material.known),
                feedback=f"{text.capitalised(one.term)}: {one.definition}",
                citations=one.citations,
            )


def _meanings(material: QuizMaterial) -> Iterator[_Question]:
    """What a term means, among the meanings of others."""
    for one, term in zip(material.terms, material.own, strict=True):
        leaks = set(text.content(one.term)) & set(text.content(one.definition))
        if not leaks and text.count(one.definition) in _MEANING:
            yield _Question(
                kind="meaning",
                stem=say("meaning", term=one.term),
                key=one.definition.rstrip("."),
                term=one.term,
                others=[
                    other.definition.rstrip(".")
                    for other in material.known
                    if not _overlap(other.term, one.term)
                    and _kind(other)[0] == _kind(term)[0]
                    and not set(text.content(other.term)) & set(text.content(other.definition))
                    and _share(other.definition, one.definition) < _ALIKE
                ],
                feedback=f"{text.capitalised(one.term)}: {one.definition}",
                citations=one.citations,
            )


def _clozes(material: QuizMaterial, facts: Sequence[Sentence], terms: Sequence[Term] | None = None) -> list[_Question]:
    """Sentences with a gap for a term, first those that say what the term is: they ask most fairly."""
    pairs = [
        (fact, term)
        for fact in facts
        for term in (material.known if terms is None else terms)
        if _can_be_blanked(fact.text, term.term) and text.mentions(material.told, term.term)
    ]
    pool = [*material.known, *(terms or ())]
    return [
        _Question(
            kind="cloze",
            stem=say("cloze", sentence=_gapped(fact.text, term.term)),
            key=term.term,
            term=term.term,
            others=_other_terms(term, fact.text, material, pool),
            feedback=fact.text,
            citations=fact.citations,
        )
        for fact, term in sorted(pairs, key=lambda pair: -_fitness(*pair))
    ]


def _words(material: QuizMaterial) -> list[_Question]:
    return _clozes(material, material.facts, material.words)


def _figures(material: QuizMaterial) -> Iterator[_Question]:
    """A sentence with one figure and its unit; the others are near it, and nowhere in the sources."""
    known = {number for line in material.evidence for number in text.numbers(line)}
    for fact in material.facts:
        year = _YEAR.search(fact.text)
        found = year or _FIGURE.search(fact.text)
        if found and len(text.numbers(fact.text)) == 1 and text.count(fact.text) <= _LONGEST and not leans(fact.text):
            value = float(found[1])
            near = [f"{value * times:.6g}" for times in _OTHER_FIGURES]
            near = [f"{value + years:.0f}" for years in _OTHER_YEARS] if year else near
            yield _Question(
                kind="number",
                stem=say(
                    "year" if year else "number", sentence=fact.text[: found.start()] + BLANK + fact.text[found.end() :]
                ),
                key=found[1],
                term=found[1],
                others=[number for number in near if number not in known],
                feedback=fact.text,
                citations=fact.citations,
            )


def _gapped(sentence: str, term: str) -> str:
    return re.sub(rf"\b([Aa])n? {BLANK}", rf"\1(n) {BLANK}", text.term_pattern(term).sub(BLANK, sentence))


def _can_be_blanked(sentence: str, term: str) -> bool:
    found = text.term_pattern(term).findall(sentence)
    if len(found) != 1 or found[0].lower() != term.lower():
        return False
    rest = set(text.content(text.term_pattern(term).sub(" ", sentence)))
    is_short = text.count(sentence) <= _LONGEST and not text.equation_in(sentence) and not leans(sentence)
    return is_short and not rest & set(text.content(term)) and len(rest) >= OPTIONS - 1


def _fitness(fact: Sentence, term: Term) -> float:
    own = set(text.content(fact.text))
    overlap = len(own & set(text.content(term.definition))) / max(1, len(own))
    return overlap + (0.2 if _DEFINES.search(fact.text) else 0.0) - text.count(fact.text) / 100


def _share(one: str, other: str) -> float:
    mine, theirs = set(text.content(one)), set(text.content(other))
    return len(mine & theirs) / max(1, len(mine | theirs))


def _other_terms(term: Term, sentence: str, material: QuizMaterial, pool: Sequence[Term]) -> list[str]:
    """Terms of the same kind, the likest in length first, that the sources do not support in this sentence."""
    near = sorted(pool, key=lambda one: abs(len(one.term) - len(term.term)) // 4)
    return [
        one.term
        for one in near
        if _alike(one.term, term.term)
        and _kind(one) == _kind(term)
        and (one.definition != term.definition or one.definition in _WITHOUT)
        and not _also_fits(one, term, sentence, material.evidence)
    ]


def _chosen(question: _Question) -> list[str]:
    """The first wrong options that are alike in length and class, and say other things than key and one another."""
    chosen: list[str] = []
    for other in question.others:
        taken = [question.key, *chosen]
        if all(_alike(other, one) and _class(other) == _class(one) and not _overlap(other, one) for one in taken):
            chosen.append(other)
        if len(chosen) == OPTIONS - 1:
            break
    return chosen


def _also_fits(other: Term, term: Term, sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the sources say of another term what the sentence says of this one."""
    rest = set(text.content(sentence)) - set(text.content(term.term))
    lower = other.term.lower()[:5]
    about = [line for line in evidence if lower in line.lower() and text.mentions(line, other.term)]
    about = [line for line in about if not text.mentions(line, term.term)]
    return text.mentions(sentence, other.term) or any(
        len(rest & set(text.content(line))) >= _ALIKE * len(rest) for line in [other.definition, *about]
    )


def _overlap(one: str, other: str) -> bool:
    mine, theirs = set(text.content(one)), set(text.content(other))
    if not mine or not theirs:
        return one.lower() == other.lower()
    return mine <= theirs or theirs <= mine


def _alike(one: str, other: str) -> bool:
    short, long = sorted([len(one), len(other)])
    apart = long - short > _LETTERS_APART and long > _TIMES_LONGER * short
    return not apart and abs(text.count(one) - text.count(other)) <= _WORDS_APART


def _class(option: str) -> tuple[bool, bool]:
    return bool(_SYMBOL.search(option)), bool(_PLURAL.search(option))


def _kind(term: Term) -> tuple[str, bool]:
    """Part of speech and number: options of another class give the key away."""
    lower = term.definition.lower()
    if term.definition == NAME:
        return NAME, False
    part = "adjective" if _ADJECTIVE.match(lower) else "verb" if lower.startswith("to ") else "noun"
    return part, bool(_PLURAL.search(term.term))


def _place(seed: str, number: int) -> int:
    return (int(sha256(seed.encode()).hexdigest()[:8], 16) + number * 3) % OPTIONS


def _item(one: _Question, wrong: list[str], *, place: int) -> QuizItem:
    options = [*wrong[:place], one.key, *wrong[place:]]
    return QuizItem(
        question=one.stem,
        options=tuple(map(text.capitalised, options)),
        answer=place,
        feedback=one.feedback,
        citations=one.citations,
    )


def facts_in(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [one for one in sentences if one.kind is SentenceKind.FACT]
