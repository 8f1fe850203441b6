"""Takes a student's sentence apart: what is asked, what they care about, and the words around it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from modules.questions.domain.interest import splits, tidy
from modules.questions.interface import Question

# As text, because one word a line would be two screens.
_STOP: Final = frozenset(
    """a an the of to in on at by for from and or but is are was were be been do does did can could would will should
    you u ya me my i im i'm it its this that these those what whats what's how why when where who which about with using
    like as so please pls plz just really explain teach tell show help understand learn know mean means thing things
    stuff some any get got make makes need want give let lets us we they he she there not no yes if than then up out
    hey hi hello yo ok okay lol difference between use used way all one more most much many have has had eli5
    explained define definition describe meaning example examples analogy terms also into good best
    diff n vs versus simply""".split()  # noqa: SIM905
)
_ELI5: Final = re.compile(
    r"[\s,;–—-]*\b(?:eli5|like\s+i(?:'m|’m|m| am)\s+(?:five|5|\d{1,2})(?:\s+years?\s+old)?"
    r"|(?:for|at|in)\s+(?:a\s+)?(?:grade\s+\d{1,2}|\d{1,2}(?:th|st|nd|rd)?[\s-]+grade(?:r|rs)?))\b[\s,;:–—-]*",
    re.IGNORECASE,
)
_GREETING: Final = re.compile(
    r"^(?:(?:hey|hi|hello|yo|ok|okay|so|um|uh|please|pls|plz|bro|dude|sir|miss|teacher)\b[\s,!.]*)+", re.IGNORECASE
)
_ASKING: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:can|could|would|will|can't|cant)\s+(?:you|u|ya|yo|someone|anyone)\s+(?:please\s+|pls\s+)?",
        (
            r"^(?:i\s+(?:need|want|would like|wanna|have)\s+(?:help\s+(?:with|understanding)|to\s+(?:know|learn"
            r"|understand))|i\s+(?:don'?t|dont|do not)\s+(?:get|understand))\s+(?:about\s+)?"
        ),
        (
            r"^(?:please\s+)?(?:explain|describe|define|teach|tell|show|help|give)(?:\s+(?:to\s+)?(?:me|us))?"
            r"(?:\s+(?:about|understand|with|learn|an explanation of|the idea of|the concept of))?\s+"
        ),
        (
            r"^(?:what\s+(?:even\s+)?(?:is|are|was|were|does|do)|what'?s|whats|who\s+(?:is|was)|meaning of"
            r"|definition of)\s+(?:meant by\s+)?"
        ),
        r"^(?:to\s+)?(?:know|learn|understand)\s+(?:about\s+)?",
    )
)
_TRAILING: Final = re.compile(
    r"(?:\s+(?:mean|means|please|pls|plz|lol|thanks|thx|help|actually|again|explained|bro|dude|pls help))+\s*[?.!]*$",
    re.IGNORECASE,
)
_HOW_IT_WORKS: Final = re.compile(r"^how\s+(?:(?:do|does|did)\s+)?(.+?)\s+works?$", re.IGNORECASE)
_NAMING: Final = re.compile(
    r"(?:what(?:\s+(?:is|are|does|do)|'?s)|explain|define|describe|how\s+do(?:es)?)\b", re.IGNORECASE
)
_LONGEST_NAME: Final = 4
_ARTICLE_FIRST: Final = re.compile(r"^(?:the|a|an)\s+(?=\S)", re.IGNORECASE)


def analyse(question: str, interest_phrases: Sequence[str]) -> Question:
    """Splits the interest off, then the asking words; neither ever takes the last word of content."""
    asked = _normal(question)
    asked = _or_whole(_GREETING.sub("", asked), asked)
    asked = _or_whole(tidy(_ELI5.sub(" ", asked)), asked)
    rest, interest = _without_interest(asked, interest_phrases)
    words = _without_asking(rest)
    content = content_words(words)
    named = content if len(content) <= _LONGEST_NAME and _NAMING.match(rest) else ()
    return Question(
        query=rest, interest_phrase=interest.lower(), words=words, content=tuple(content), named=tuple(named)
    )


def mended(question: Question, meant: Mapping[str, str]) -> Question:
    """The question with some words put in the place of others, whatever their case."""
    if not meant:
        return question
    words = re.sub(r"[\w'’]+", lambda found: meant.get(found[0].lower(), found[0]), question.words)
    return replace(
        question,
        words=words,
        content=tuple(meant.get(word, word) for word in question.content),
        named=tuple(meant.get(word, word) for word in question.named),
    )


def content_words(text: str) -> list[str]:
    """The words that say something, lower-case, in order."""
    return [word for word in re.findall(r"[\w'’]+", text.lower()) if word.replace("’", "'") not in _STOP]


def _normal(question: str) -> str:
    printable = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character
        for character in unicodedata.normalize("NFKC", question)
    )
    return " ".join(printable.split())


def _or_whole(text: str, whole: str) -> str:
    return text if content_words(text) else whole


def _without_interest(asked: str, phrases: Sequence[str]) -> tuple[str, str]:
    for rest, interest in splits(asked, phrases):
        if content_words(rest) and interest:
            return rest, interest
    return asked, ""


def _without_asking(query: str) -> str:
    words = query.strip(" ?!.,;:")
    changed = True
    while changed:
        before = words
        for pattern in _ASKING:
            words = _or_whole(pattern.sub("", words, count=1), words)
        changed = words != before
    words = _or_whole(_TRAILING.sub("", words), words)
    words = _or_whole(_HOW_IT_WORKS.sub(r"\1", words), words)
    words = _or_whole(_ARTICLE_FIRST.sub("", words), words)
    return words.strip(" ?!.,;:") or query
