"""Judges what a question is about, and whether the library holds enough to teach it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from modules.questions.interface import Question
from modules.rag.values import ScoredTopic, Topic, TopicMatch

_CANDIDATES: Final = 8
_COVERED: Final = 0.5
_NEAR_SPELLING: Final = 0.75
ContentWords = Callable[[str], list[str]]
"""The words of a text that say something, lower-case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """A logistic regression on evidence.

    Source: fitted on questions about a physics textbook and the starter library (right topics against wrong ones) and
    on questions that neither teaches; 0.5 was set where at most 1 in 20 good questions is refused.
    """

    bias: float
    cosine: float
    terms: float
    text: float
    relevance: float


_HYBRID: Final = _Weights(bias=-12.8, cosine=15.5, terms=1.7, text=0.4, relevance=6.5)
_WORDS_ALONE: Final = _Weights(bias=-12.1, cosine=0.0, terms=3.8, text=3.7, relevance=8.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Summed rarity of the question's words: all, those in a section's title or key terms, those in its whole text."""

    total: float
    terms: float
    text: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a topic. `relevance`: of its best three passages; `cosine`: of its nearest one."""

    topic: Topic
    relevance: float
    cosine: float
    overlap: Overlap | None


def judge(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    dense: bool,
    content_words: ContentWords,
    unknown: Sequence[str] = (),
) -> TopicMatch:
    """The match, best first; `margin` skips the same topic of another book.

    `unknown`: words of the thing asked for that stand nowhere in the library. Unless such a word is a slip of the pen
    for one of the topic's own, the library cannot teach the thing, however near its neighbours are.
    """
    most = max((item.relevance for item in evidence), default=1.0)
    weights = _HYBRID if dense else _WORDS_ALONE
    scored = [_scored(item, most, weights) for item in evidence]
    best = sorted(scored, key=lambda item: -item.score)[:_CANDIDATES]
    return TopicMatch(
        query=question.query,
        interest_phrase=question.interest_phrase,
        candidates=tuple(best),
        margin=_margin(best, content_words),
        covered=bool(best)
        and best[0].score >= _COVERED
        and all(_misspelt(word, best[0].topic, content_words) for word in unknown),
    )


def _scored(item: Evidence, most: float, weights: _Weights) -> ScoredTopic:
    terms = text = 0.0
    if item.overlap and item.overlap.total > 0:
        terms, text = item.overlap.terms / item.overlap.total, item.overlap.text / item.overlap.total
    value = (
        weights.bias
        + weights.cosine * item.cosine
        + weights.terms * terms
        + weights.text * text
        + weights.relevance * item.relevance / most
    )
    return ScoredTopic(topic=item.topic, score=round(1 / (1 + math.exp(-value)), 4))


def _misspelt(word: str, topic: Topic, content_words: ContentWords) -> bool:
    own = content_words(" ".join([topic.title, *(term.term for term in topic.terms)]))
    return bool(get_close_matches(word, own, n=1, cutoff=_NEAR_SPELLING))


def _margin(scored: Sequence[ScoredTopic], content_words: ContentWords) -> float:
    if not scored:
        return 0.0
    first = scored[0].topic
    others = (item.score for item in scored[1:] if not _same(first, item.topic, content_words))
    return round(scored[0].score - next(others, 0.0), 4)


def _same(one: Topic, other: Topic, content_words: ContentWords) -> bool:
    """Whether two books call the same thing so: `Ohm's Law` and `Electric Circuits and Ohm's Law`."""
    words, more = (set(content_words(topic.title.replace("’", "'"))) for topic in (one, other))
    return one.title.casefold() == other.title.casefold() or (
        one.book_slug != other.book_slug and (words <= more or more <= words)
    )
