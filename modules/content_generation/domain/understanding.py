"""What to do with a question, by how well the library's topics match it; never by its length."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from modules.content_generation.domain import text
from modules.kernel.interface import TopicId
from modules.rag.interface import ScoredTopic, TopicMatch
from modules.request_tracking.interface import Choice, Ending, RequestState

_NEAR: Final = 0.12
_MOST_CHOICES: Final = 4
_FEWEST_NEAR_TITLES: Final = 3
_LINE: Final = 120
_SUBJECT_WORDS: Final = """
science sciences physics chemistry biology math maths mathematics geography geology earth algebra geometry history
school subject topic lesson homework nature world life universe stuff thing things
"""
_ASKING_WORDS: Final = """
tell explain describe define teach show help learn understand know give want need like please about work works mean
means something everything anything more basics introduction overview question
"""
_SUBJECTS: Final = frozenset(map(text.stem, _SUBJECT_WORDS.split()))
_ASKING: Final = frozenset(map(text.stem, _ASKING_WORDS.split()))
_ACADEMIC: Final = re.compile(
    r"\b(?:explain|describe|define|derive|prove|solve|calculate|compare|why|difference between|theor(?:y|em)|laws? of|"
    r"equation|formula|history of|causes? of|effects? of|war|revolution|empire|grammar|poem|novel|"
    r"how (?:do|does|did|is|are|was|were|can|to (?:find|solve|calculate))|what (?:is|are|was|were|causes?|happens))\b",
    re.IGNORECASE,
)
_EVERYDAY: Final = re.compile(
    r"\b(?:best|cheap\w*|near me|buy|price|recommend|restaurants?|pizza|weather today|tonight|tickets?|girlfriend|"
    r"boyfriend|joke|lyrics|password|hack|download|netflix|instagram|tiktok|who won|favou?rite|celebrit\w+|horoscope|"
    r"beat the|level up|cheat codes?|how old is|worth|dating|crush|birthday|nearest|order)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """The topic to teach."""

    topic_id: TopicId


def decide(match: TopicMatch) -> Understood | Ending:
    """One clear topic, or the way in which the request ends."""
    asked = {word for word in text.content(match.query) if word not in _ASKING}
    if asked <= _SUBJECTS and match.candidates:
        return _clarification(match.candidates)
    if not match.covered or not match.candidates:
        return _not_covered(match)
    near = [one for one in match.candidates if one.score >= match.candidates[0].score - _NEAR]
    if _is_named(match.candidates[0], asked) or not _is_spread(near, asked):
        return Understood(topic_id=match.candidates[0].topic.id)
    return _clarification(near)


def _is_named(candidate: ScoredTopic, asked: set[str]) -> bool:
    """Whether the question holds every word of the topic's title, or says more than the title does."""
    title = set(text.content(candidate.topic.title.split(":")[0]))
    return bool(title) and (title <= asked or len(asked & title) > 1)


def _is_spread(near: list[ScoredTopic], asked: set[str]) -> bool:
    """Whether one word of the question is a word of several topics in several chapters."""
    sharing = [one for one in near if asked & set(text.content(one.topic.title))]
    titles = {one.topic.title for one in sharing}
    chapters = {(one.topic.book_slug, one.topic.chapter) for one in sharing}
    return len(asked) == 1 and len(titles) >= _FEWEST_NEAR_TITLES and len(chapters) > 1


def _clarification(near: Sequence[ScoredTopic]) -> Ending:
    return Ending(
        state=RequestState.NEEDS_CLARIFICATION,
        message="That could be several lessons. Which one do you mean?",
        choices=_choices(near),
    )


def _not_covered(match: TopicMatch) -> Ending:
    academic = bool(_ACADEMIC.search(match.query)) and not _EVERYDAY.search(match.query)
    if academic:
        message = "The library does not cover this question well enough yet. These topics are the nearest."
        return Ending(
            state=RequestState.INSUFFICIENT_SOURCES,
            message=message if match.candidates else message.split(" These", maxsplit=1)[0],
            error_code="content_generation.not_in_library",
            choices=_choices(match.candidates),
        )
    return Ending(
        state=RequestState.OUT_OF_SCOPE,
        message="Vividly teaches science and mathematics from open textbooks. Ask about a topic from school.",
        error_code="content_generation.out_of_scope",
    )


def _choices(near: Sequence[ScoredTopic]) -> tuple[Choice, ...]:
    distinct: dict[str, ScoredTopic] = {}
    for one in near:
        distinct.setdefault(one.topic.title.lower(), one)
    return tuple(
        Choice(topic_id=one.topic.id, title=one.topic.title, line=_line(one))
        for one in list(distinct.values())[:_MOST_CHOICES]
    )


def _line(one: ScoredTopic) -> str:
    goal = next(iter(one.topic.objectives), "")
    return text.clipped(goal or f"{one.topic.chapter}, {one.topic.book_title}", _LINE)
