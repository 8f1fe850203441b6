"""The questions that could be asked, kind by kind, the fairest of each kind first."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from modules.quizzes.domain import words
from modules.quizzes.domain.nouns import nouns, stands_alone
from modules.quizzes.domain.words import say
from modules.quizzes.interface import BLANK, OPTIONS, Named, QuizMaterial, Taught

_LONGEST, _LONGEST_AT_LAST = 21, 28
_LONGEST_DEFINITION: Final = 22
_MEANING: Final = range(4, 17)
_ALIKE: Final = 0.7
_SAID: Final = 0.5
_LETTERS: Final = 4
_DEFINES: Final = re.compile(r"\b(?:is|are|means|called)\b")
_EQUATION: Final = re.compile(r"[=→⇌≈]")
_UNIT: Final = r"%|percent|m|km|cm|s|kg|g|N|J|W|°C|mL|L|degrees|hours|days|years|meters"
_FIGURE: Final = re.compile(rf"(?<![\w.,/^−-])(\d{{1,3}}(?:\.\d+)?)(?= (?:{_UNIT})\b)")
_OTHER_FIGURES: Final = (0.5, 2, 10, 0.1, 4, 5)
_SHARE: Final = re.compile(r" (?:%|percent)")
_WHOLE: Final = 100
_OTHER_SHARES: Final = (-20, 15, -35, 25, -8, 6, -50, 40)
_YEAR: Final = re.compile(r"(?<=[Ii]n )((?:1[4-9]|20)\d\d)(?=[ ,.])")
_OTHER_YEARS: Final = (-7, 5, 12, -13, 9, -4, 17, 3)

_NOTHING: Final = Named(term="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A stem of a kind with its key.

    Attributes:
        about: the term that it asks for. others: gives wrong options, best first, still to be compared with the key.
    """

    kind: str
    stem: str
    key: str
    about: str
    others: Callable[[], Iterable[str]]
    feedback: str
    citations: tuple[int, ...]


def definitions(material: QuizMaterial) -> Iterator[Question]:
    """Which term means this?"""
    for one in material.terms:
        if not _tells(one) and words.count(one.definition) <= _LONGEST_DEFINITION:
            yield Question(
                kind="definition",
                stem=say("definition", definition=one.definition.rstrip(".")),
                key=one.term,
                about=one.term,
                others=partial(_other_terms, one, one.definition, material, known(material)),
                feedback=f"{words.capitalised(one.term)}: {one.definition}",
                citations=one.citations,
            )


def meanings(material: QuizMaterial) -> Iterator[Question]:
    """What does this term mean?"""
    for one in material.terms:
        if not _tells(one) and words.count(one.definition) in _MEANING:
            yield Question(
                kind="meaning",
                stem=say("meaning", term=one.term),
                key=one.definition.rstrip("."),
                about=one.term,
                others=partial(_other_meanings, one, known(material)),
                feedback=f"{words.capitalised(one.term)}: {one.definition}",
                citations=one.citations,
            )


def clozes(material: QuizMaterial, facts: Sequence[Taught], terms: Sequence[Named]) -> list[Question]:
    """Sentences with a gap for a term, first those that say what the term is: they ask most fairly."""
    pairs = [(fact, term) for fact in facts for term in _taught(material, terms) if _can_be_blanked(fact.text, term)]
    return [
        _cloze(material, *pair, kind="cloze", pool=known(material))
        for pair in sorted(pairs, key=lambda pair: -_fitness(*pair))
    ]


def gaps(material: QuizMaterial, facts: Sequence[Taught], *, at_last: bool = False) -> Iterator[Question]:
    """Sentences with a gap for a name or a whole noun phrase of the text, which no book defines; the clearest first.

    `at_last`: long sentences and those with a formula too, and options that the text has once.
    """
    told = nouns(material.evidence, least=1)
    often = told if at_last else nouns(material.evidence, least=2)
    names = [one for one in material.words if one.is_name]
    terms = [one for one in known(material) if _kind(one)[0] == "noun"]
    for fact in sorted(facts, key=lambda fact: -_fitness(fact, _NOTHING)):
        for term in _taught(material, [*names, *told]):
            whole = term.is_name or stands_alone(fact.text, term.term)
            if whole and _can_be_blanked(fact.text, term, at_last=at_last):
                pool = names if term.is_name else [*often, *terms]
                yield _cloze(material, fact, term, kind="gap", pool=pool, said=_ALIKE if at_last else _SAID)


def _cloze(
    material: QuizMaterial, fact: Taught, term: Named, *, kind: str, pool: Sequence[Named], said: float = _SAID
) -> Question:
    return Question(
        kind=kind,
        stem=say(kind, sentence=_gapped(fact.text, term.term)),
        key=term.term,
        about=term.term,
        others=partial(_other_terms, term, fact.text, material, pool, said=said),
        feedback=fact.text,
        citations=fact.citations,
    )


def _taught(material: QuizMaterial, terms: Sequence[Named]) -> list[Named]:
    told = " ".join([*(one.text for one in material.facts), *(one.term for one in material.terms)])
    return [term for term in terms if words.mentions(told, term.term)]


def figures(material: QuizMaterial) -> Iterator[Question]:
    """A sentence with one figure and its unit, or a year; the others are near it, and nowhere in the sources."""
    held = {number for line in material.evidence for number in words.numbers(line)}
    for fact in material.facts:
        year = _YEAR.search(fact.text)
        found = year or _FIGURE.search(fact.text)
        if found and fact.text.count(found[1]) == 1 and words.count(fact.text) <= _LONGEST:
            gap = fact.text[: found.start()] + BLANK + fact.text[found.end() :]
            near = _near_years(found[1]) if year else _near_figures(found[1], fact.text[found.end() :])
            yield Question(
                kind="number",
                stem=say("year" if year else "number", sentence=gap),
                key=found[1],
                about=found[1],
                others=partial(list, [number for number in near if number not in held]),
                feedback=fact.text,
                citations=fact.citations,
            )


def known(material: QuizMaterial) -> list[Named]:
    """Terms, each once, those of the lesson first."""
    return list({one.term.lower(): one for one in [*material.others, *material.terms][::-1]}.values())


def _near_figures(figure: str, behind: str) -> list[str]:
    if _SHARE.match(behind) and float(figure) <= _WHOLE:
        near = (float(figure) + more for more in _OTHER_SHARES)
        return [f"{share:.6g}" for share in near if 0 < share < _WHOLE]
    return [f"{float(figure) * times:.6g}" for times in _OTHER_FIGURES]


def _near_years(year: str) -> list[str]:
    return [str(int(year) + years) for years in _OTHER_YEARS]


def _tells(one: Named) -> bool:
    """Whether a term and its definition share a word, so that one gives the other away."""
    return bool(words.content(one.term) & words.content(one.definition))


def _gapped(sentence: str, term: str) -> str:
    return re.sub(rf"\b([Aa])n? {BLANK}", rf"\1(n) {BLANK}", words.term_pattern(term).sub(BLANK, sentence))


def _can_be_blanked(sentence: str, asked: Named, *, at_last: bool = False) -> bool:
    term, most_words = asked.term, _LONGEST_AT_LAST if at_last else _LONGEST
    if term[:_LETTERS].lower() not in sentence.lower() or words.count(sentence) > most_words:
        return False
    found = words.term_pattern(term).findall(sentence)
    if len(found) != 1 or found[0].lower() != term.lower() or (_EQUATION.search(sentence) and not at_last):
        return False
    if asked.is_name and re.search(rf"(?:[A-Z]\w+ {term}|{term}(?:[’'-]| [A-Z]))", sentence):
        return False
    rest = words.content(words.term_pattern(term).sub(" ", sentence))
    return not rest & words.content(term) and len(rest) >= OPTIONS - 1


def _fitness(fact: Taught, term: Named) -> float:
    own = words.content(fact.text)
    shared = len(own & words.content(term.definition)) / max(1, len(own))
    return shared + (0.2 if _DEFINES.search(fact.text) else 0.0) - words.count(fact.text) / 100


def _other_terms(
    term: Named, sentence: str, material: QuizMaterial, pool: Sequence[Named], *, said: float = _SAID
) -> Iterator[str]:
    """Terms of the same kind, the likest in length first, that the sources do not support in this sentence."""
    for one in sorted(pool, key=lambda one: abs(len(one.term) - len(term.term)) // _LETTERS):
        differs = one.definition != term.definition or not one.definition
        like = words.alike(one.term, term.term) and _kind(one) == _kind(term)
        if differs and like and not _also_fits(one, term, sentence, material.evidence, said):
            yield one.term


def _other_meanings(term: Named, pool: Sequence[Named]) -> Iterator[str]:
    for one in pool:
        same = words.overlap(one.term, term.term) or words.share(one.definition, term.definition) >= _ALIKE
        if not same and _kind(one)[0] == _kind(term)[0] and one.definition and not _tells(one):
            yield one.definition.rstrip(".")


def _also_fits(other: Named, term: Named, sentence: str, evidence: Sequence[str], said: float) -> bool:
    """Whether the sources say of another term what the sentence says of this one."""
    if words.mentions(sentence, other.term):
        return True
    rest = words.content(sentence) - words.content(term.term)
    enough = _ALIKE * len(rest)
    if len(rest & words.content(other.definition)) >= enough:
        return True
    some = said * len(rest)
    return any(words.mentions(line, other.term) for line in evidence if len(rest & words.content(line)) >= some)


def _kind(term: Named) -> tuple[str, bool]:
    part = "name" if term.is_name else words.part_of_speech(term.definition)
    return part, words.class_of(term.term)[1]
