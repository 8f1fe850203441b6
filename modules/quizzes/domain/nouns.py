"""What a text speaks of, for topics that name few terms: its noun phrases, found by the words around them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from modules.quizzes.domain import words
from modules.quizzes.interface import Named

_MOST_WORDS: Final = 3
_SHORTEST: Final = 4
_PLAIN: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]|_+")
_BREAKS: Final = frozenset(".,;:!?)")


def nouns(lines: Iterable[str], *, least: int) -> list[Named]:
    """Noun phrases of up to three words that are found so often, the most frequent first; of these the longer."""
    found = Counter(phrase for line in lines for phrase in _phrases(_TOKEN.findall(line)))
    often = [phrase for phrase in found if found[phrase] >= least]
    ranked = sorted(often, key=lambda phrase: (-found[phrase], -words.count(phrase), phrase))
    return [Named(term=phrase) for phrase in ranked]


def stands_alone(sentence: str, term: str) -> bool:
    """Whether the term is a whole phrase of the sentence, with no other word of it on either side."""
    return term.lower() in _phrases(_TOKEN.findall(sentence))


def _phrases(tokens: Sequence[str]) -> Iterator[str]:
    """Runs of plain words that open after an article or the like and end before another small word or a mark."""
    start = -1
    for place, token in enumerate([*tokens, "."]):
        if words.opens_phrase(token):
            start = place + 1
        elif token in _BREAKS or words.is_small(token):
            run = tokens[start:place] if start >= 0 else ()
            if run and _is_noun_phrase(run):
                yield " ".join(run)
            start = -1


def _is_noun_phrase(run: Sequence[str]) -> bool:
    plain = all(_PLAIN.fullmatch(word) and len(word) >= _SHORTEST for word in run)
    return plain and len(run) <= _MOST_WORDS and not words.is_vague(run)
