"""Judges what a question is about, and whether the library holds enough to teach it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from modules.rag.domain.question import Question
from modules.rag.values import ScoredTopic, Topic, TopicMatch

_CANDIDATES: Final = 8
_COVERED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Summed rarity of the question's words: all of them, and those in a section's title, key terms, whole text."""

    total: float
    title: float
    terms: float
    text: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a topic. `relevance`: of its best three passages; `cosine`: of its nearest one."""

    topic: Topic
    relevance: float
    cosine: float
    overlap: Overlap | None


def judge(question: Question, evidence: Sequence[Evidence], *, dense: bool) -> TopicMatch:
    """The match, best first; `margin` counts topics with another title only."""
    scored = sorted((_scored(item, dense=dense) for item in evidence), key=lambda item: -item.score)[:_CANDIDATES]
    return TopicMatch(
        query=question.query,
        interest_phrase=question.interest_phrase,
        candidates=tuple(scored),
        margin=_margin(scored),
        covered=bool(scored) and scored[0].score >= _COVERED,
    )


def _scored(item: Evidence, *, dense: bool) -> ScoredTopic:
    over = item.overlap
    total = over.total if over and over.total > 0 else 1.0
    title, terms, text = (over.title / total, over.terms / total, over.text / total) if over else (0.0, 0.0, 0.0)
    value = -5.0 + 8 * item.cosine + 1 * title + 1 * terms + 1 * text
    return ScoredTopic(topic=item.topic, score=round(1 / (1 + math.exp(-value)), 4))


def _margin(scored: Sequence[ScoredTopic]) -> float:
    if not scored:
        return 0.0
    title = scored[0].topic.title.casefold()
    others = (item.score for item in scored[1:] if item.topic.title.casefold() != title)
    return round(scored[0].score - next(others, 0.0), 4)
