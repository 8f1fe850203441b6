"""Makes the match of ranked sections: scores, margin, and whether the first can be taught."""

from collections.abc import Callable, Sequence
from typing import Final

from modules.questions.interface import Question
from modules.rag.interface import ScoredTopic, Topic, TopicMatch

_CANDIDATES: Final = 10
_COVERED: Final = 0.5
_PINNED: Final = 0.02
"""Two topics this near to each other answer equally well."""
Same = Callable[[Topic, Topic], bool]
"""Whether two books call the same thing so."""


def match_of(question: Question, scored: Sequence[ScoredTopic], *, unknown: Sequence[str], same: Same) -> TopicMatch:
    """`unknown`: words of the thing asked for by its name that stand nowhere in the library: it cannot teach that."""
    # A pin decides between equals; it never makes a topic teachable, nor lets one that is not stand before one that is.
    order = sorted(scored, key=lambda one: (one.score < _COVERED, -one.score - _PINNED * one.topic.pinned))
    best = tuple(order[:_CANDIDATES])
    return TopicMatch(
        query=question.query,
        interest_phrase=question.interest_phrase,
        candidates=best,
        margin=_margin(best, same),
        covered=bool(best) and best[0].score >= _COVERED and not unknown,
    )


def _margin(scored: Sequence[ScoredTopic], same: Same) -> float:
    """The lead over the next that is not the same topic of another book."""
    if not scored:
        return 0.0
    first = scored[0].topic
    others = (item.score for item in scored[1:] if not same(first, item.topic))
    return max(round(scored[0].score - next(others, 0.0), 4), 0.0)
