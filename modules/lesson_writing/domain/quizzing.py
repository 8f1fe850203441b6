"""Makes cloze questions: a key term blanked out of a cited sentence, with options of the same kind."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.language import any_of, say, starts
from modules.lesson_writing.interface import KeyTerm, QuizItem, Sentence, SentenceKind
from modules.rag.interface import Term

QUESTIONS: Final = 3
OPTIONS: Final = 4
BLANK: Final = "_____"
_LONGEST: Final = 26
_ALIKE: Final = 0.7
_PLURAL: Final = re.compile(rf"(?:[^siu]s(?<!ics)|{any_of('irregular_plurals')})$")
_ADJECTIVE: Final = starts("adjective_definitions")
_DEFINES: Final = re.compile(r"\b(?:is|are|means|called)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMaterial:
    """What questions are made of.

    Attributes:
        facts: cited sentences of the lesson; more: others of the passages that it cites.
        terms: of the lesson. others: of the topic and its neighbours. words: frequent nouns, for when terms are few.
        evidence: sentences that a wrong option must not fit. seed: decides where keys stand.
    """

    facts: Sequence[Sentence]
    more: Sequence[Sentence]
    terms: Sequence[KeyTerm]
    others: Sequence[Term]
    words: Sequence[Term]
    evidence: Sequence[str]
    seed: str

    @property
    def known(self) -> list[Term]:
        return [*(Term(term=one.term, definition=one.definition) for one in self.terms), *self.others]


def quiz(material: QuizMaterial) -> tuple[QuizItem, ...]:
    """Up to three questions, each on another sentence, and on another term as long as there are enough."""
    items: list[QuizItem] = []
    asked: set[str] = set()
    found = [
        *_clozes(material.facts, material.known),
        *_definitions(material),
        *_clozes(material.more, material.known),
        *_clozes(material.facts, material.words),
    ]
    for again in (False, True):
        for fact, term in found:
            is_new = not any(_share(fact.text, item.feedback) >= _ALIKE for item in items)
            if len(items) < QUESTIONS and is_new and (again or term.term not in asked):
                wrong = _wrong_options(term, fact.text, material)
                if len(wrong) == OPTIONS - 1:
                    items.append(_item(fact, term, wrong, place=_place(material.seed, len(items))))
                    asked.add(term.term)
    return tuple(items)


def _clozes(facts: Sequence[Sentence], terms: Sequence[Term]) -> list[tuple[Sentence, Term]]:
    """Sentences with a term that can be blanked, first those that say what the term is: they ask most fairly."""
    pairs = [(fact, term) for fact in facts for term in terms if _can_be_blanked(fact.text, term.term)]
    return sorted(pairs, key=lambda pair: -_fitness(*pair))


def _definitions(material: QuizMaterial) -> list[tuple[Sentence, Term]]:
    """The glossary's own words, for when the text has too few sentences to blank."""
    cited = [Sentence(text=one.definition, kind=SentenceKind.FACT, citations=one.citations) for one in material.terms]
    pairs = zip(cited, material.known, strict=False)
    return [(fact, one) for fact, one in pairs if not set(text.content(one.term)) & set(text.content(fact.text))]


def _can_be_blanked(sentence: str, term: str) -> bool:
    found = text.term_pattern(term).findall(sentence)
    if len(found) != 1 or found[0].lower() != term.lower():
        return False
    rest = set(text.content(text.term_pattern(term).sub(" ", sentence)))
    is_short = text.count(sentence) <= _LONGEST and not text.equation_in(sentence)
    return is_short and not rest & set(text.content(term)) and len(rest) >= OPTIONS - 1


def _fitness(fact: Sentence, term: Term) -> float:
    own = set(text.content(fact.text))
    overlap = len(own & set(text.content(term.definition))) / max(1, len(own))
    return overlap + (0.2 if _DEFINES.search(fact.text) else 0.0) - text.count(fact.text) / 100


def _share(one: str, other: str) -> float:
    mine, theirs = set(text.content(one)), set(text.content(other))
    return len(mine & theirs) / max(1, len(mine | theirs))


def _wrong_options(term: Term, sentence: str, material: QuizMaterial) -> list[str]:
    """Other terms of the same kind, those of like length first, that the sources do not support in this sentence."""
    spaces, chosen = term.term.count(" "), list[str]()
    for other in sorted([*material.known, *material.words], key=lambda one: abs(one.term.count(" ") - spaces) > 1):
        distinct = not any(_overlap(other.term, taken) for taken in [term.term, *chosen])
        alike = _kind(other) == _kind(term) and other.definition != term.definition
        if distinct and alike and not _also_fits(other, term, sentence, material.evidence):
            chosen.append(other.term)
        if len(chosen) == OPTIONS - 1:
            break
    return chosen


def _also_fits(other: Term, term: Term, sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the sources say of another term what the sentence says of this one."""
    rest = set(text.content(sentence)) - set(text.content(term.term))
    about = [line for line in evidence if text.mentions(line, other.term) and not text.mentions(line, term.term)]
    return text.mentions(sentence, other.term) or any(
        len(rest & set(text.content(line))) >= _ALIKE * len(rest) for line in [other.definition, *about]
    )


def _overlap(one: str, other: str) -> bool:
    mine, theirs = set(text.content(one)), set(text.content(other))
    return mine <= theirs or theirs <= mine


def _kind(term: Term) -> tuple[str, bool]:
    """Part of speech and number: options of another class give the key away."""
    lower = term.definition.lower()
    part = "adjective" if _ADJECTIVE.match(lower) else "verb" if lower.startswith("to ") else "noun"
    return part, bool(_PLURAL.search(term.term))


def _place(seed: str, number: int) -> int:
    return (int(sha256(seed.encode()).hexdigest()[:8], 16) + number * 3) % OPTIONS


def _item(fact: Sentence, term: Term, wrong: list[str], *, place: int) -> QuizItem:
    if fact.text == term.definition:
        question = say("definition", definition=term.definition.rstrip("."))
        feedback = f"{text.capitalised(term.term)}: {term.definition}"
    else:
        blanked = text.term_pattern(term.term).sub(BLANK, fact.text)
        question = say("cloze", sentence=re.sub(rf"\b([Aa])n? {BLANK}", rf"\1(n) {BLANK}", blanked))
        feedback = fact.text
    options = [*wrong[:place], term.term, *wrong[place:]]
    return QuizItem(
        question=question,
        options=tuple(map(text.capitalised, options)),
        answer=place,
        feedback=feedback,
        citations=fact.citations,
    )


def facts_in(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [one for one in sentences if one.kind is SentenceKind.FACT]
