"""Decides whether a lesson may be delivered: facts supported by what they cite, quiz fair, analogy mapped."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from modules.content_generation.domain import text
from modules.content_generation.domain.quizzing import OPTIONS, QUESTIONS
from modules.content_generation.interface import CheckResult, Lesson, Sentence, SentenceKind
from modules.rag.interface import Passage

_COVERAGE: Final = 0.75
_FEWEST_WORDS, _MOST_WORDS = 150, 600
_FEWEST_PAIRS: Final = 3
_GRADES_BELOW, _GRADES_ABOVE = 3, 1


def check(lesson: Lesson, passages: Iterable[Passage]) -> tuple[CheckResult, ...]:
    """Every check with its score, the soft ones too."""
    quotes = {passage.id: passage.text for passage in passages}
    cited = {source.number: quotes.get(source.passage_id, "") for source in lesson.sources}
    return (
        _grounded(lesson, cited),
        _cited(lesson),
        _sources_known(lesson, cited),
        _long_enough(lesson),
        _quiz(lesson, cited),
        _analogy(lesson),
        _readable(lesson),
    )


SOFT: Final = frozenset({"reading_grade"})
"""Checks that are reported and do not stop a lesson: the book may be harder than the reader's grade."""


def failed(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The hard checks that a lesson does not pass."""
    return [result for result in results if not result.passed and result.name not in SOFT]


def supports(passage: str, claim: str) -> bool:
    """Whether a passage says what a sentence says: nearly all its content words, its numbers, its denials.

    The denials are compared with the sentence of the passage that is nearest to the claim.
    """
    wanted = text.content(claim)
    lines = text.sentences(passage)
    if not lines:
        return False
    nearest = max(_windows(lines), key=lambda line: _coverage(wanted, line))
    return (
        _coverage(wanted, nearest) >= _COVERAGE
        and text.numbers(claim) <= text.numbers(nearest)
        and text.negations(claim) == text.negations(nearest)
    )


def facts_of(lesson: Lesson) -> list[Sentence]:
    """Everything that the lesson claims about the world: sentences, definitions and feedback."""
    said = [one for section in lesson.sections for one in section.sentences if one.kind is SentenceKind.FACT]
    said += [Sentence(text=term.definition, kind=SentenceKind.FACT, citations=term.citations) for term in lesson.terms]
    return said + [
        Sentence(text=item.feedback, kind=SentenceKind.FACT, citations=item.citations) for item in lesson.quiz
    ]


def _windows(lines: Sequence[str]) -> list[str]:
    """Sentences, and pairs of them: an equation is kept with the words that announce it."""
    return [*lines, *(f"{one} {two}" for one, two in pairwise(lines))]


def _coverage(wanted: Sequence[str], line: str) -> float:
    """The share of content words found, less a little for words that the claim lacks: the nearest is the tightest."""
    there = set(text.content(line))
    share = sum(word in there for word in wanted) / len(wanted) if wanted else 1.0
    return share - 0.001 * len(there - set(wanted))


def _grounded(lesson: Lesson, cited: Mapping[int, str]) -> CheckResult:
    facts = facts_of(lesson)
    bad = [one.text for one in facts if not any(supports(cited.get(number, ""), one.text) for number in one.citations)]
    return _share("groundedness", len(facts) - len(bad), len(facts), bad)


def _cited(lesson: Lesson) -> CheckResult:
    facts = facts_of(lesson)
    bad = [one.text for one in facts if not one.citations]
    return _share("citation_recall", len(facts) - len(bad), len(facts), bad)


def _sources_known(lesson: Lesson, cited: Mapping[int, str]) -> CheckResult:
    used = {number for one in facts_of(lesson) for number in one.citations}
    bad = [str(number) for number in sorted(used) if not cited.get(number)]
    return _share("citations_resolve", len(used) - len(bad), len(used), bad)


def _long_enough(lesson: Lesson) -> CheckResult:
    count = len(text.words(spoken_text(lesson)))
    return CheckResult(
        name="word_count",
        passed=_FEWEST_WORDS <= count <= _MOST_WORDS,
        score=min(1.0, count / _FEWEST_WORDS),
        detail=f"{count} words",
    )


def _quiz(lesson: Lesson, cited: Mapping[int, str]) -> CheckResult:
    flaws = [] if len(lesson.quiz) >= QUESTIONS else [f"{len(lesson.quiz)} questions"]
    for item in lesson.quiz:
        options = {option.lower() for option in item.options}
        if len(options) != OPTIONS or len(item.options) != OPTIONS or not 0 <= item.answer < OPTIONS:
            flaws.append(f"options of {item.question!r}")
        elif not any(text.mentions(cited.get(number, ""), item.options[item.answer]) for number in item.citations):
            flaws.append(f"the key of {item.question!r} is not in its source")
        elif text.mentions(item.question, item.options[item.answer]):
            flaws.append(f"{item.question!r} gives its key away")
    return CheckResult(name="quiz", passed=not flaws, score=float(not flaws), detail="; ".join(flaws))


def _analogy(lesson: Lesson) -> CheckResult:
    if lesson.analogy is None:
        return CheckResult(name="analogy", passed=True, score=1.0, detail="none")
    pairs = {(pair.concept, pair.interest) for pair in lesson.analogy.pairs if _ties(pair.sentence, pair.interest)}
    passed = len(pairs) >= _FEWEST_PAIRS and bool(lesson.analogy.limit.strip())
    return CheckResult(
        name="analogy",
        passed=passed,
        score=min(1.0, len(pairs) / _FEWEST_PAIRS),
        detail=f"{len(pairs)} pairs, by the words that they share",
    )


def _ties(sentence: str, element: str) -> bool:
    wanted = set(text.content(element))
    return bool(wanted) and bool(wanted & set(text.content(sentence)))


def _readable(lesson: Lesson) -> CheckResult:
    grade = text.reading_grade(spoken_text(lesson))
    fits = lesson.grade - _GRADES_BELOW <= grade <= lesson.grade + _GRADES_ABOVE
    off = max(0.0, grade - lesson.grade - _GRADES_ABOVE, lesson.grade - _GRADES_BELOW - grade)
    return CheckResult(name="reading_grade", passed=fits, score=max(0.0, 1 - off / 6), detail=f"grade {grade:.1f}")


def spoken_text(lesson: Lesson) -> str:
    """All sentences of the lesson, one a line."""
    return "\n".join(one.text for section in lesson.sections for one in section.sentences)


def _share(name: str, good: int, total: int, bad: Sequence[str]) -> CheckResult:
    return CheckResult(
        name=name, passed=not bad and total > 0, score=good / total if total else 0.0, detail="; ".join(bad)[:300]
    )
