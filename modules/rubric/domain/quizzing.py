"""Check 15: questions that can be answered fairly, and only by who has understood."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from modules.lesson_writing.interface import CheckResult, QuizItem
from modules.rubric.domain import words
from modules.rubric.domain.evidence import supported
from modules.rubric.domain.language import ENGLISH, any_of, holds
from modules.rubric.domain.material import Claim, Judged, result
from modules.rubric.values import Check

_ITEMS, _OPTIONS = 3, 4
_WORDS_APART: Final = 2
_TIMES, _LETTERS = 3.0, 16
_KEY_TIMES, _KEY_LETTERS = 1.5, 8
_NO_KEY: Final = "there are not four distinct options with one key"
_NOT_IN_SOURCE: Final = "its key is not in its source"
_LEAKED: Final = "it gives its key away"
_UNSUPPORTED: Final = "its feedback is not what it cites"
BROKEN: Final = frozenset({_NO_KEY, _NOT_IN_SOURCE, _LEAKED, _UNSUPPORTED})
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"")
_OF_ALL: Final = re.compile(rf"\W*{any_of('option_of_all')}\W*", re.IGNORECASE)
_NEGATIVE: Final = holds("negative_stems")
_PLURAL: Final = re.compile(rf"(?:{'|'.join(ENGLISH['plural'])})$", re.IGNORECASE)
_SYMBOL: Final = re.compile(r"[A-Z][A-Za-z]?\d|[=→+×]|[₀-₉⁰-⁹]")


def quiz(of: Judged) -> tuple[CheckResult, int]:
    """The result, blocking when a question cannot be answered at all, and how many flaws there are."""
    items = of.lesson.quiz
    flaws = [(item, flaw) for item in items for flaw in _flaws(item, of)]
    told = [] if len(items) >= _ITEMS else [f"{len(items)} questions"]
    told += ["the same question twice"] * (len(items) - len({item.question for item in items}))
    broken = bool(told) or any(flaw in BROKEN for _, flaw in flaws)
    told += [f"{item.question[:60]!r}: {flaw}" for item, flaw in flaws]
    score, detail = 1 - len(told) / max(_ITEMS, len(items)), "; ".join(told) or f"{len(items)} questions"
    return replace(result(Check.QUIZ, passed=not told, score=score, detail=detail), blocking=broken), len(told)


def _flaws(item: QuizItem, of: Judged) -> Iterator[str]:
    keys = {" ".join(words.tokens(option)) for option in item.options}
    if len(item.options) != _OPTIONS or len(keys) != _OPTIONS or not 0 <= item.answer < _OPTIONS:
        yield _NO_KEY
        return
    yield from _of_wording(item)
    yield from _of_key(item, of)
    for place, option in enumerate(item.options):
        if place != item.answer and _is_right_too(item, option, of):
            yield f"the sources support {option} as well"
    if not supported(of, Claim(item.feedback, item.citations, "")):
        yield _UNSUPPORTED


def _of_wording(item: QuizItem) -> Iterator[str]:
    if not _alike(item):
        yield "its options differ in length"
    if len({_class(option) for option in item.options}) > 1:
        yield "its options are of different classes"
    if any(_OF_ALL.fullmatch(option) for option in item.options):
        yield "an option is all or none of the others"
    if _NEGATIVE.search(_stem(item.question)):
        yield "it asks for what is not so"


def _of_key(item: QuizItem, of: Judged) -> Iterator[str]:
    key = item.options[item.answer]
    if not any(words.mentions(of.cited.get(number, ""), key) for number in item.citations):
        yield _NOT_IN_SOURCE
    if _leaks(item.question, key):
        yield _LEAKED
    taught = [*(one.text for one in of.narration), *(f"{one.term} {one.definition}" for one in of.lesson.terms)]
    if not any(words.mentions(text, key) for text in taught):
        yield "its key is not taught"


def _stem(question: str) -> str:
    """What is asked, without quoted words and the sentence to be completed."""
    return " ".join(line for line in words.sentences(_QUOTED.sub("", question)) if line.endswith("?"))


def _leaks(question: str, key: str) -> bool:
    """Whether the question has the key, or every word of it that carries meaning."""
    wanted = words.content(key)
    return words.mentions(question, key) or (bool(wanted) and wanted <= words.content(question))


def _alike(item: QuizItem) -> bool:
    """Whether no two options are far apart in length, and the key is not the one that stands out by it."""
    sizes, counts = [len(option) for option in item.options], [words.count(option) for option in item.options]
    key, wrong = sizes[item.answer], [size for place, size in enumerate(sizes) if place != item.answer]
    far = _far(min(sizes), max(sizes), _TIMES, _LETTERS) or max(counts) - min(counts) > _WORDS_APART
    return not far and not any(_far(*pair, _KEY_TIMES, _KEY_LETTERS) for pair in ((key, min(wrong)), (max(wrong), key)))


def _far(short: int, long: int, times: float, letters: int) -> bool:
    return long > times * short and long - short > letters


def _class(option: str) -> tuple[str, str | bool]:
    """A figure with its unit, a formula, or a word in singular or plural."""
    figures = sorted(words.figures(option))
    if figures and option.strip()[:1] in "0123456789-−":
        return "figure", re.sub(r"[\d.,\s−-]+", "", option)
    if _SYMBOL.search(option):
        return "formula", ""
    return "word", bool(_PLURAL.search(option.strip()))


def _is_right_too(item: QuizItem, option: str, of: Judged) -> bool:
    """Whether a sentence of the passages that names the option supports it where the key belongs."""
    key = words.term_pattern(item.options[item.answer])
    claims = [item.question.replace(str(ENGLISH["blank"]), option).split("? ")[-1]] if _blank(item) else []
    claims += [key.sub(option, item.feedback)] if key.search(item.feedback) else []
    naming = [line for line in of.lines if words.mentions(line, option)]
    return bool(naming) and any(of.verdict(claim, naming).supported for claim in claims)


def _blank(item: QuizItem) -> bool:
    return str(ENGLISH["blank"]) in item.question
