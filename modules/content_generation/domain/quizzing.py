"""Makes cloze questions: a key term blanked out of a cited sentence, with options of the same kind."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from modules.content_generation.domain import text
from modules.content_generation.interface import KeyTerm, QuizItem, Sentence
from modules.rag.interface import Term

QUESTIONS: Final = 3
OPTIONS: Final = 4
BLANK: Final = "_____"
_LONGEST: Final = 26
_ALSO_FITS: Final = 0.7
_PLURAL: Final = re.compile(r"(?:[^s]s|stomata|bacteria|mitochondria|algae|nuclei|fungi|phenomena|criteria|vertebrae)$")
_SINGULAR_S: Final = re.compile(r"(?:is|us|ics)$")
_ADJECTIVE: Final = re.compile(
    r"(?:having|unable|able|being|describ|relating|made of|containing|not |capable|when |needing|in which|with )"
)
_DEFINES: Final = re.compile(r"\b(?:is|are|means|called)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMaterial:
    """What questions are made of.

    Attributes:
        facts: cited sentences of the lesson. terms: what may be asked.
        others: terms of neighbouring topics, for wrong options only.
        evidence: sentences that a wrong option must not fit.
        seed: decides where keys stand, the same for the same topic.
    """

    facts: Sequence[Sentence]
    terms: Sequence[KeyTerm]
    others: Sequence[Term]
    evidence: Sequence[str]
    seed: str


def quiz(material: QuizMaterial) -> tuple[QuizItem, ...]:
    """Up to three questions, each about another term and another sentence."""
    items: list[QuizItem] = []
    asked: set[str] = set()
    for fact, term in [*_clozes(material), *_definitions(material)]:
        if len(items) == QUESTIONS:
            break
        if term.term in asked or fact.text in asked or _gives_away(fact.text, items):
            continue
        wrong = _wrong_options(term, fact.text, material)
        if len(wrong) == OPTIONS - 1:
            items.append(_item(fact, term, wrong, material.seed, len(items)))
            asked |= {term.term, fact.text}
    return tuple(items)


def _clozes(material: QuizMaterial) -> list[tuple[Sentence, KeyTerm]]:
    pairs = [
        (fact, term) for fact in material.facts for term in material.terms if _can_be_blanked(fact.text, term.term)
    ]
    return sorted(pairs, key=lambda pair: -_fitness(*pair))


def _definitions(material: QuizMaterial) -> list[tuple[Sentence, KeyTerm]]:
    """The glossary's own words, for when the text has too few sentences to blank."""
    return [
        (Sentence(text=f"{BLANK}: {term.definition}", kind=material.facts[0].kind, citations=term.citations), term)
        for term in material.terms
        if not set(text.content(term.term)) & set(text.content(term.definition))
    ]


def _can_be_blanked(sentence: str, term: str) -> bool:
    found = text.term_pattern(term).findall(sentence)
    leak = text.content(text.term_pattern(term).sub(" ", sentence))
    return (
        len(found) == 1
        and found[0].lower() == term.lower()
        and len(text.words(sentence)) <= _LONGEST
        and not text.is_equation(sentence)
        and not set(text.content(term)) & set(leak)
        and len(set(leak)) >= OPTIONS - 1
    )


def _fitness(fact: Sentence, term: KeyTerm) -> float:
    """Sentences that say what the term is make the fairest question."""
    own = set(text.content(fact.text))
    overlap = len(own & set(text.content(term.definition))) / max(1, len(own))
    return overlap + (0.2 if _DEFINES.search(fact.text) else 0.0) - len(text.words(fact.text)) / 100


def _gives_away(sentence: str, items: Iterable[QuizItem]) -> bool:
    mine = set(text.content(sentence))
    others = [set(text.content(item.feedback)) for item in items]
    return any(len(mine & other) / max(1, len(mine | other)) >= _ALSO_FITS for other in others)


def _wrong_options(term: KeyTerm, sentence: str, material: QuizMaterial) -> list[str]:
    rest = set(text.content(sentence)) - set(text.content(term.term))
    known = [Term(term=other.term, definition=other.definition) for other in material.terms]
    chosen: list[str] = []
    for other in [*known, *material.others]:
        distinct = all(not _overlap(other.term, taken) for taken in [term.term, *chosen])
        same_kind = _kind(other.term, other.definition) == _kind(term.term, term.definition)
        if (
            distinct
            and same_kind
            and not text.mentions(sentence, other.term)
            and not _fits(other, rest, material.evidence)
        ):
            chosen.append(other.term)
    return chosen[: OPTIONS - 1]


def _fits(other: Term, rest: set[str], evidence: Sequence[str]) -> bool:
    """Whether the sources say the sentence of this term too."""
    said = [line for line in evidence if text.mentions(line, other.term)]
    return any(len(rest & set(text.content(line))) >= _ALSO_FITS * len(rest) for line in [other.definition, *said])


def _overlap(one: str, other: str) -> bool:
    mine, theirs = set(text.content(one)), set(text.content(other))
    return mine <= theirs or theirs <= mine


def _kind(term: str, definition: str) -> tuple[str, bool]:
    lower = definition.lower()
    part = "adjective" if _ADJECTIVE.match(lower) else "verb" if lower.startswith("to ") else "noun"
    return part, bool(_PLURAL.search(term)) and not _SINGULAR_S.search(term)


def _item(fact: Sentence, term: KeyTerm, wrong: list[str], seed: str, number: int) -> QuizItem:
    start = int(sha256(seed.encode()).hexdigest()[:8], 16)
    key = (start + number * 3) % OPTIONS
    options = [*wrong[:key], term.term, *wrong[key:]]
    if fact.text.startswith(BLANK):
        question = f"Which term means “{term.definition.rstrip('.')}”?"
        feedback = f"{text.capitalised(term.term)}: {term.definition}"
    else:
        blanked = re.sub(rf"\b([Aa])n? {BLANK}", rf"\1(n) {BLANK}", text.term_pattern(term.term).sub(BLANK, fact.text))
        question, feedback = f"Which term completes the sentence? {blanked}", fact.text
    return QuizItem(
        question=question,
        options=tuple(text.capitalised(option) for option in options),
        answer=key,
        feedback=feedback,
        citations=fact.citations,
    )
