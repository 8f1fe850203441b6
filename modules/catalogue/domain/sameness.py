"""When topics of two books are the same."""

from collections.abc import Callable
from typing import Final

from modules.catalogue.domain.completion import folded
from modules.catalogue.interface import Topic

ContentWords = Callable[[str], list[str]]
"""The words of a text that say something, lower-case."""
_TITLE_SHARE: Final = 0.5
_TERM_SHARE: Final = 0.25
_FEWEST_TERMS: Final = 3


def same_topic(one: Topic, other: Topic, content_words: ContentWords) -> bool:
    """Whether two books call the same thing so: `Ohm's Law` and `Electric Circuits and Ohm's Law`."""
    words, more = (set(content_words(topic.title.replace("’", "'"))) for topic in (one, other))
    return one.title.casefold() == other.title.casefold() or (
        one.book_slug != other.book_slug and bool(words and more) and (words <= more or more <= words)
    )


def equal_topics(one: Topic, other: Topic, content_words: ContentWords) -> bool:
    """Whether a reader of one may as well read the other, out of another book of the same subject.

    Stricter than `same_topic`, for `Galvanic Cells` is not `Cells`: half of both titles' words, or three key terms and
    a quarter of both topics' terms. The bounds were chosen on the pairs of six textbooks and the starter library.
    """
    if one.book_slug == other.book_slug or one.subject != other.subject:
        return False
    titles = [set(content_words(topic.title.replace("’", "'"))) for topic in (one, other)]
    terms = [{folded(term.term).removesuffix("s") for term in topic.terms} for topic in (one, other)]
    return _shared(titles) >= _TITLE_SHARE or (
        len(terms[0] & terms[1]) >= _FEWEST_TERMS and _shared(terms) >= _TERM_SHARE
    )


def _shared(pair: list[set[str]]) -> float:
    one, other = pair
    return len(one & other) / len(one | other) if one | other else 0.0
