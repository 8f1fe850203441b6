"""What a student means who was asked back: one of the choices, or more words for the question."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from modules.kernel.interface import TopicId
from modules.request_tracking.interface import Choice
from modules.understanding.domain.decision import is_whole_subject
from modules.understanding.domain.titles import telling_words

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def chosen(text: str, offered: Sequence[Choice]) -> TopicId | None:
    """The choice that a number, an id, a whole title, or words of one title alone stand for."""
    said = text.strip().strip(".)#").strip()
    if said.isascii() and said.isdigit():
        return offered[int(said) - 1].topic_id if len(said) < 4 and 1 <= int(said) <= len(offered) else None  # noqa: PLR2004
    for choice in offered:
        if said in {choice.topic_id, choice.title} or _words(said) == _words(choice.title) != []:
            return choice.topic_id
    telling = set(_words(" ".join(telling_words(said))))
    meant = [choice.topic_id for choice in offered if telling and telling <= set(_words(choice.title))]
    return meant[0] if len(meant) == 1 else None


def readings(asked: str, said: Sequence[str]) -> Iterator[str]:
    """The questions that the words may make, the likeliest first: the answer with the question's own, then alone."""
    answer = next((one for one in reversed(said) if one), "")
    if not answer:
        yield asked
        return
    if asked and not is_whole_subject(asked):
        yield f"{answer} {' '.join(telling_words(asked))}"
    yield answer


def _words(line: str) -> list[str]:
    return _WORD.findall(line.lower())
