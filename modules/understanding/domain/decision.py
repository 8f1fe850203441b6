"""What to do with a question, by how well the library's topics match it; never by its length."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from modules.kernel.interface import TopicId
from modules.rag.interface import ScoredTopic, Topic, TopicMatch
from modules.request_tracking.interface import Choice, Ending, RequestState
from modules.understanding.domain.languages import ENGLISH, holds, say
from modules.understanding.domain.other_language import is_in_another_language
from modules.understanding.domain.titles import named_topic, spread_over, telling_words

_CHOICES: Final = 4
_LISTED: Final = 40
_LINE: Final = 120
_SUBJECTS: Final = frozenset(ENGLISH["subjects"].split())
_WANTING: Final = holds("wanting")
_ACADEMIC: Final = holds("academic")
_EVERYDAY: Final = holds("everyday")


def decide(match: TopicMatch) -> TopicId | Ending:
    """The one clear topic, or the way in which the request ends."""
    asked = set(telling_words(match.query))
    if not match.candidates or (not asked and not _WANTING.search(match.query)):
        return _not_covered(match)
    if asked <= _SUBJECTS:
        return _clarification(match.candidates)
    if named := named_topic(asked, match.candidates, covered=match.covered):
        return named.id
    if len(asked) == 1 and (spread := spread_over(next(iter(asked)), match.candidates)):
        return _clarification(spread)
    return match.candidates[0].topic.id if match.covered else _not_covered(match)


def is_whole_subject(question: str) -> bool:
    """Whether a question names a subject, or nothing at all."""
    return set(telling_words(question)) <= _SUBJECTS


def topic_list(topics: Sequence[Topic]) -> Ending:
    """The last question back: one of a subject's topics; only a topic answers it."""
    return Ending(
        state=RequestState.NEEDS_CLARIFICATION,
        message=say("choose_a_topic"),
        error_code="content_generation.choose_a_topic",
        choices=tuple(_choice(topic) for topic in topics[:_LISTED]),
    )


def out_of_scope() -> Ending:
    """For what is no question about school."""
    return Ending(
        state=RequestState.OUT_OF_SCOPE, message=say("out_of_scope"), error_code="content_generation.out_of_scope"
    )


def _clarification(near: Sequence[ScoredTopic]) -> Ending:
    return Ending(
        state=RequestState.NEEDS_CLARIFICATION,
        message=say("which_one"),
        choices=_choices(near),
    )


def _not_covered(match: TopicMatch) -> Ending:
    if is_in_another_language(match.query):
        return Ending(
            state=RequestState.INSUFFICIENT_SOURCES,
            message=say("other_language"),
            error_code="content_generation.other_language",
        )
    if not _ACADEMIC.search(match.query) or _EVERYDAY.search(match.query):
        return out_of_scope()
    return Ending(
        state=RequestState.INSUFFICIENT_SOURCES,
        message=say("nearest" if match.candidates else "not_in_library"),
        error_code="content_generation.not_in_library",
        choices=_choices(match.candidates),
    )


def _choices(near: Sequence[ScoredTopic]) -> tuple[Choice, ...]:
    distinct = {one.topic.title.lower(): one.topic for one in reversed(near)}
    kept = sorted(distinct.values(), key=[one.topic for one in near].index)[:_CHOICES]
    return tuple(map(_choice, kept))


def _choice(topic: Topic) -> Choice:
    line = next(iter(topic.objectives), f"{topic.chapter}, {topic.book_title}")
    return Choice(topic_id=topic.id, title=topic.title, line=shorten(line, _LINE, placeholder="…"))
