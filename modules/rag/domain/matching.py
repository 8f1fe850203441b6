"""Makes the match of ranked sections: scores, margin, and whether the first can be taught."""

from collections.abc import Callable, Sequence
from typing import Final

from modules.questions.interface import Question
from modules.rag.values import ScoredTopic, Topic, TopicMatch

_CANDIDATES: Final = 10
_COVERED: Final = 0.5
ContentWords = Callable[[str], list[str]]
"""The words of a text that say something, lower-case."""


def match_of(
    question: Question, scored: Sequence[ScoredTopic], *, unknown: Sequence[str], content_words: ContentWords
) -> TopicMatch:
    """`unknown`: words of the thing asked for by its name that stand nowhere in the library: it cannot teach that."""
    best = tuple(scored[:_CANDIDATES])
    return TopicMatch(
        query=question.query,
        interest_phrase=question.interest_phrase,
        candidates=best,
        margin=_margin(best, content_words),
        covered=bool(best) and best[0].score >= _COVERED and not unknown,
    )


def _margin(scored: Sequence[ScoredTopic], content_words: ContentWords) -> float:
    """The lead over the next that is not the same topic of another book."""
    if not scored:
        return 0.0
    first = scored[0].topic
    others = (item.score for item in scored[1:] if not same_topic(first, item.topic, content_words))
    return round(scored[0].score - next(others, 0.0), 4)


def same_topic(one: Topic, other: Topic, content_words: ContentWords) -> bool:
    """Whether two books call the same thing so: `Ohm's Law` and `Electric Circuits and Ohm's Law`."""
    words, more = (set(content_words(topic.title.replace("’", "'"))) for topic in (one, other))
    return one.title.casefold() == other.title.casefold() or (
        one.book_slug != other.book_slug and bool(words and more) and (words <= more or more <= words)
    )
