"""What to do with a question, by how well the library's topics match it; never by its length."""

import re
from collections.abc import Sequence
from textwrap import shorten
from typing import Final

from modules.kernel.interface import TopicId
from modules.rag.interface import ScoredTopic, Topic, TopicMatch
from modules.request_tracking.interface import Choice, Ending, RequestState
from modules.understanding.domain.languages import ENGLISH, holds, say
from modules.understanding.domain.other_language import is_in_another_language

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NEAR: Final = 0.12
_CHOICES: Final = 4
_FEWEST_TITLES: Final = 3
_LISTED: Final = 40
_LINE: Final = 120
_SUBJECTS: Final = frozenset(ENGLISH["subjects"].split())
_ASKING: Final = frozenset(ENGLISH["asking"].split())
_ACADEMIC: Final = holds("academic")
_EVERYDAY: Final = holds("everyday")


def decide(match: TopicMatch) -> TopicId | Ending:
    """The one clear topic, or the way in which the request ends."""
    asked = _words(match.query) - _ASKING
    if asked <= _SUBJECTS and match.candidates:
        return _clarification(match.candidates)
    if not match.covered or not match.candidates:
        return _not_covered(match)
    best = match.candidates[0]
    near = [one for one in match.candidates if one.score >= best.score - _NEAR]
    named = [one for one in near if _is_named(one, asked)]
    if _is_spread(near, asked) and not named:
        return _clarification(near)
    return (named[0] if _is_spread(near, asked) else best).topic.id


def telling_words(question: str) -> list[str]:
    """The words of a question that say what it is about, lower-case, in order."""
    return [word for word in _WORD.findall(question.lower().replace("’", "'")) if word not in _ASKING]


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


def _words(line: str) -> set[str]:
    return set(_WORD.findall(line.lower().replace("’", "'")))


def _is_named(candidate: ScoredTopic, asked: set[str]) -> bool:
    """Whether the question holds every word of the topic's title, or the one that it begins with."""
    title = candidate.topic.title.split(":")[0]
    content = [word for word in _WORD.findall(title.lower()) if word not in _ASKING]
    return bool(content) and (set(content) <= asked or content[0] in asked)


def _is_spread(near: list[ScoredTopic], asked: set[str]) -> bool:
    """Whether the one word asked about stands in the titles of several topics, in several chapters."""
    sharing = [one.topic for one in near if asked & _words(one.topic.title)]
    chapters = {(topic.book_slug, topic.chapter) for topic in sharing}
    return len(asked) == 1 and len({topic.title for topic in sharing}) >= _FEWEST_TITLES and len(chapters) > 1


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
