"""A topic as it stands inside a sentence, and the interest that it is compared with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from modules.lesson_writing.domain.language import any_of
from modules.lesson_writing.interface import Analogy, Interest
from modules.rag.interface import Passage, Topic

_OPENER: Final = re.compile(rf"^{any_of('title_openers')}\s+", re.IGNORECASE)
_NOTE: Final = re.compile(r"\s*\([^()]*\)\s*$|,? \d{4}(?:[–-]\d{2,4})?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An interest mapped onto the topic. `pattern`: what both have in common, as a sentence."""

    interest: Interest
    analogy: Analogy
    pattern: str

    @property
    def name(self) -> str:
        """The interest as it stands inside a sentence."""
        return self.interest.name.lower()


def named(title: str) -> str:
    """What a title names: without "Overview of", a subtitle or a note in parentheses."""
    bare = _NOTE.sub("", title).split(":")[0].strip()
    return _OPENER.sub("", bare) or bare


def cased(title: str, prose: str) -> str:
    """A title in capitals as it would stand in print."""
    if not title.isupper():
        return title
    line = " ".join(_in_sentence(word.capitalize(), prose) for word in title.split())
    return line[:1].upper() + line[1:]


def topic_phrase(topic: Topic, passages: Iterable[Passage]) -> str:
    """The title as it stands inside a sentence: lower case but for names, as the book itself writes them."""
    prose = _straight(" ".join(passage.text for passage in passages))
    words = _straight(named(topic.title)).split()
    pairs = [f"{one} {two}" in prose for one, two in pairwise(words)]
    kept = [any(pairs[max(0, place - 1) : place + 1]) for place in range(len(words))]
    return " ".join(word if keep else _in_sentence(word, prose) for word, keep in zip(words, kept, strict=True))


def _straight(line: str) -> str:
    return line.replace("’", "'")


def _in_sentence(word: str, prose: str) -> str:
    if len(word) > 1 and word.isupper():
        return word
    lower = word.lower()
    is_name = re.search(rf"\b{re.escape(word)}\b", prose) and not re.search(rf"\b{re.escape(lower)}\b", prose)
    return word if is_name else lower
