"""Compares the words of a question with the titles of topics."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from modules.rag.interface import ScoredTopic, Topic
from modules.understanding.domain.languages import ENGLISH

_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_NEAR: Final = 0.12
_CLEAR: Final = 0.24
_FEWEST_TITLES: Final = 3
_FEWEST_WORDS: Final = 2
_SHORTEST_PLURAL: Final = 4
_ASKING: Final = frozenset(ENGLISH["asking"].split())
_OPENING: Final = frozenset(ENGLISH["opening"].split())
_JOINED: Final = re.compile(
    rf"^(?:(?:{'|'.join(ENGLISH['articles'].split())}) )?(\S+?)(?:$|[,:;]| (?:{ENGLISH['joining']})\b)"
)


def telling_words(question: str) -> list[str]:
    """The words of a question that say what it is about, lower-case, in order."""
    return [word for word in _WORD.findall(question.lower().replace("’", "'")) if word not in _ASKING]


def named_topic(asked: Collection[str], candidates: Sequence[ScoredTopic], *, covered: bool) -> Topic | None:
    """The topic that the question calls by its title: by the whole of it, or by what it begins with."""
    words = {_folded(word) for word in asked}
    best = candidates[0].score
    for whole in (_is_whole, _is_opened):
        if named := next((one.topic for one in candidates if whole(words, one.topic.title)), None):
            return named
    # Two words and more of a title are a name, even where the passages are too thin to be sure.
    near = [one.topic for one in candidates if one.score >= best - _NEAR]
    if len(words) < _FEWEST_WORDS or not (covered or near == [candidates[0].topic]):
        return None
    return next((topic for topic in near if words <= _title_words(topic.title)), None)


def spread_over(word: str, candidates: Sequence[ScoredTopic]) -> list[ScoredTopic]:
    """The candidates with this word in their titles, when they are of several chapters and none stands out."""
    sharing = [one for one in candidates if _folded(word) in _title_words(one.topic.title)]
    chapters = {(one.topic.book_slug, one.topic.chapter) for one in sharing}
    if len({one.topic.title for one in sharing}) < _FEWEST_TITLES or len(chapters) < _FEWEST_WORDS:
        return []
    is_first = sharing[0] == candidates[0]
    return [] if is_first and sharing[0].score - sharing[1].score >= _CLEAR else sharing


def _is_whole(words: set[str], title: str) -> bool:
    """Whether the title is these words, but for such as `Overview of` and `Basics`."""
    return _title_words(title) - _OPENING == words


def _is_opened(words: set[str], title: str) -> bool:
    """Whether the title begins with the one word, and goes on with something beside it: `Momentum and Collisions`."""
    first = _JOINED.match(_plain(title))
    return first is not None and words == {_folded(first[1])}


def _title_words(title: str) -> set[str]:
    return {_folded(word) for word in _WORD.findall(_plain(title)) if word not in _ASKING}


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower().replace("’", "'"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def _folded(word: str) -> str:
    """The word without accents, its possessive, and the s of its plural."""
    bare = _plain(word).removesuffix("'s").rstrip("'")
    plural = len(bare) >= _SHORTEST_PLURAL and bare.endswith("s") and not bare.endswith(("ss", "us", "is"))
    return bare[:-1] if plural else bare
