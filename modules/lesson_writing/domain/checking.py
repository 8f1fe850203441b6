"""Decides whether a lesson may be delivered: facts supported by what they cite, quiz fair, analogy mapped."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from modules.lesson_writing.domain import text
from modules.lesson_writing.domain.leveling import simpler
from modules.lesson_writing.interface import CheckResult, Lesson, QuizItem, Sentence, SentenceKind
from modules.quizzes.interface import OPTIONS, QUESTIONS
from modules.rag.interface import Passage

_COVERAGE: Final = 0.75
_FEWEST_WORDS: Final = 150
_FEWEST_PAIRS: Final = 3
_GRADES: Final = (-3, 1)


def check(lesson: Lesson, passages: Iterable[Passage]) -> tuple[CheckResult, ...]:
    """Every check with its score."""
    held = {passage.id: passage.text for passage in passages}
    cited = {source.number: held[source.passage_id] for source in lesson.sources if source.passage_id in held}
    facts = facts_of(lesson)
    numbers = {number for one in facts for number in one.citations}
    words = sum(text.count(one.text) for one in _sentences(lesson) if one.kind is not SentenceKind.ANALOGY)
    flaws = [flaw for item in lesson.quiz for flaw in _flaws(item, cited)]
    flaws += [] if len(lesson.quiz) >= QUESTIONS else [f"{len(lesson.quiz)} questions"]
    return (
        _result("groundedness", len(facts), [one.text for one in facts if not _supported(one, cited)]),
        _result("citation_recall", len(facts), [one.text for one in facts if not one.citations]),
        _result("citations_resolve", len(numbers), [str(number) for number in sorted(numbers - set(cited))]),
        _result("word_count", 1, [] if words >= _FEWEST_WORDS else [f"{words} words"]),
        _result("quiz", max(1, len(flaws)), flaws),
        _analogy(lesson),
        _reading_grade(lesson),
    )


def supports(passage: str, claim: str) -> bool:
    """Whether a passage says what a sentence says: nearly all its content words, its numbers, its denials.

    Numbers and denials are compared with the sentence, or two together, that is nearest to the claim.
    """
    if claim.strip() and claim in passage:
        return True
    wanted, lines = text.content(claim), text.sentences(passage)
    # A rare word of the book and the simpler one in its place both count as found.
    lines = [line if simpler(line) == line else f"{line} {simpler(line)}" for line in lines]
    windows = [*lines, *(f"{one} {two}" for one, two in pairwise(lines))]
    nearest = max(windows, key=lambda window: _coverage(wanted, window), default="")
    return (
        _coverage(wanted, nearest) >= _COVERAGE
        and text.numbers(claim) <= text.numbers(nearest)
        and text.negations(claim) == text.negations(nearest)
    )


def facts_of(lesson: Lesson) -> list[Sentence]:
    """Everything that the lesson claims about the world: sentences, definitions and feedback."""
    claims = [(one.definition, one.citations) for one in lesson.terms]
    claims += [(item.feedback, item.citations) for item in lesson.quiz]
    return [one for one in _sentences(lesson) if one.kind is SentenceKind.FACT] + [
        Sentence(text=line, kind=SentenceKind.FACT, citations=numbers) for line, numbers in claims
    ]


def _supported(fact: Sentence, cited: Mapping[int, str]) -> bool:
    return any(supports(cited.get(number, ""), fact.text) for number in fact.citations)


def _coverage(wanted: Sequence[str], window: str) -> float:
    """The share of content words found; among equals the window that says least else is nearest."""
    there = set(text.content(window))
    share = sum(word in there for word in wanted) / len(wanted) if wanted else float(bool(window))
    return share - 0.001 * len(there - set(wanted))


def _flaws(item: QuizItem, cited: Mapping[int, str]) -> list[str]:
    if len({option.lower() for option in item.options}) != OPTIONS or not 0 <= item.answer < len(item.options):
        return [f"the options of {item.question!r}"]
    key = item.options[item.answer]
    found = any(text.mentions(cited.get(number, ""), key) for number in item.citations)
    flaws = [] if found else [f"the key of {item.question!r} is not in its source"]
    return flaws + ([f"{item.question!r} gives its key away"] if text.mentions(item.question, key) else [])


def _analogy(lesson: Lesson) -> CheckResult:
    """Proxy: a pair counts when its sentence names the element of the interest."""
    if lesson.analogy is None:
        return _result("analogy", 1, [])
    tied = {
        pair.concept
        for pair in lesson.analogy.pairs
        if set(text.content(pair.interest)) & set(text.content(pair.sentence))
    }
    missing = [f"{len(tied)} pairs"] if len(tied) < _FEWEST_PAIRS else []
    return _result("analogy", 1, missing + ([] if lesson.analogy.limit.strip() else ["no limit"]))


def _reading_grade(lesson: Lesson) -> CheckResult:
    """Reported, and does not stop a lesson: the book may be harder than the reader's grade."""
    below, above = _GRADES
    off = text.reading_grade(_prose(lesson)) - lesson.grade
    score = max(0.0, 1 - max(0.0, off - above, below - off) / 6)
    detail = f"grade {lesson.grade + off:.1f}"
    return CheckResult(name="reading_grade", passed=below <= off <= above, score=score, detail=detail, blocking=False)


def _prose(lesson: Lesson) -> str:
    return "\n".join(one.text for one in _sentences(lesson))


def _sentences(lesson: Lesson) -> list[Sentence]:
    return [one for section in lesson.sections for one in section.sentences]


def _result(name: str, total: int, bad: Sequence[str]) -> CheckResult:
    score = 1 - len(bad) / total if total else 0.0
    return CheckResult(name=name, passed=not bad and total > 0, score=max(0.0, score), detail="; ".join(bad)[:300])
