"""Takes a student's sentence apart: what is asked, what they care about, and the words around it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_STOP: Final = frozenset(
    "a an the of to in on at by for from and or but is are was were be been do does did can could would will should you u"
    " ya me my i im i'm it its this that these those what whats how why when where who which about with using like as so"
    " please pls plz just really explain teach tell show help understand learn know mean means work works thing things"
    " stuff some any get got make makes need want give let lets us we they he she there not no yes if than then up out"
    " hey hi hello yo ok okay lol pls e.g difference between use used way all one more most much many have has had eli5"
    " explained define definition describe meaning example examples analogy terms also im into good best".split()
)
_PERSON: Final = r"(?:fan|fans|lover|player|person|kid|nerd|geek|addict|enthusiast|fanatic|gamer|guy|girl|student)"
_ARTICLE: Final = r"(?:(?:a|an|the|my|some|our)\s+)?"
_WEAK: Final = r"(?:with|using|w/|w|via|like|as|through the lens of|in terms of|for|in the style of|thru|use)"
_TAIL: Final = r"(?:\s+(?:analog(?:y|ies)|examples?|terms|metaphors?|comparisons?|references?|lingo|edition|style))?"
_LOVE: Final = (
    r"(?:i(?:'m|’m| am|m)?|we|my (?:son|daughter|kid|friend))\s+(?:(?:really|so|super|totally|also|just|very)\s+)*"
    r"(?:loves?|likes?|enjoys?|plays?|playing|adores?|into|obsessed with|a (?:big |huge )?fan of|crazy about"
    r"|interested in|do|am into)"
)
_WORDS: Final = r"[\w'’&-]+(?:\s+[\w'’&-]+){0,4}"
_SENSES: Final = (
    r"(?:look|feel|sound|seem|act|behave|be|is it|are they|taste|smell|work|thing|stuff|something|anything)s?"
)

# Phrases that stand between a topic and an interest whatever the interest is; group `interest` is split off.
_STRONG: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_LOVE}\s+(?P<interest>{_WORDS}?)(?:\s*[,.;!:–—-]+\s*|\s+(?:so|and i want|and want|and need|please)\b)",
        rf"^as\s+(?:a|an|someone who (?:loves|likes|plays))\s+(?P<interest>{_WORDS}?)\s*,\s*",
        rf"[\s,.;!?–—-]+{_LOVE}\s+(?P<interest>{_WORDS})[.!?]*$",
        rf"[\s,;–—-]+but\s+(?:(?:make|do|explain|put|tell|teach)\s+(?:it|me|that)?\s*)?(?:about|with|using|like|in|for|as)"
        rf"\s+(?P<interest>{_WORDS})[.!?]*$",
        rf"[\s,;–—-]+(?:as if|as though|like|pretend|imagine)\s+(?:i|you|we)(?:'m|’m|m| am| are| were| was|'re|’re)?"
        rf"\s+(?:a |an |in |at |playing )?(?P<interest>{_WORDS})[.!?]*$",
        rf"[\s,;–—-]+for\s+(?:a|an|my|some)\s+(?P<interest>(?:[\w'’&-]+\s+){{1,3}}?){_PERSON}[.!?]*$",
        rf"\s+explained\s+(?:with|w/|w|using|like|through|as|by)\s+{_ARTICLE}(?P<interest>{_WORDS})[.!?]*$",
        rf"[\s,;–—-]+(?:in|with|using)\s+(?P<interest>{_WORDS}?)\s+(?:terms|analog(?:y|ies)|metaphors?|lingo)[.!?]*$",
        rf",?\s+with\s+(?:an?\s+)?(?P<interest>{_WORDS}?)\s+(?:analogy|metaphor|comparison)",
        rf",\s*(?P<interest>{_WORDS}?)\s+(?:edition|style|version)[.!?]*$",
        rf"(?<!\w)(?<!how)(?:,\s*|\s+)(?:is it |sort of |kind of |kinda |just )?like\s+(?:a|an|my|the|when)\s+"
        rf"(?P<interest>{_WORDS})[.!?]*$",
    )
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
        r"^(?:i\s+(?:need|want|would like|wanna|have)\s+(?:help\s+(?:with|understanding)|to\s+(?:know|learn|understand))"
        r"|i\s+(?:don'?t|dont|do not)\s+(?:get|understand))\s+(?:about\s+)?",
        r"^(?:please\s+)?(?:explain|describe|define|teach|tell|show|help|give)(?:\s+(?:to\s+)?(?:me|us))?"
        r"(?:\s+(?:about|understand|with|learn|an explanation of|the idea of|the concept of))?\s+",
        r"^(?:what\s+(?:even\s+)?(?:is|are|was|were|does|do)|what'?s|whats|who\s+(?:is|was)|meaning of|definition of)\s+"
        r"(?:meant by\s+)?",
        r"^how\s+(?:do|does|did)\s+(?=.*\s+works?\b)",
    )
)
_TRAILING: Final = re.compile(
    r"(?:\s+(?:work|works|mean|means|please|pls|plz|lol|thanks|thx|help|actually|again|explained|pls help))+\s*[?.!]*$",
    re.IGNORECASE,
)
_ARTICLE_FIRST: Final = re.compile(r"^(?:the|a|an)\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question taken apart.

    Attributes:
        query: the question without the interest phrase, as the student put it.
        interest_phrase: what was split off, lower-case, or empty.
        words: the query without asking words, for the lexical leg; never empty when the query holds a word.
    """

    query: str
    interest_phrase: str
    words: str


def analyse(question: str, interest_phrases: Sequence[str]) -> Question:
    """Splits the interest off, then the asking words; neither ever takes the last word of content."""
    asked = _normal(question)
    asked = _or_whole(_GREETING.sub("", asked), asked)
    asked = _or_whole(_tidy(_ELI5.sub(" ", asked)), asked)
    rest, interest = _without_interest(asked, interest_phrases)
    return Question(query=rest, interest_phrase=interest.lower(), words=_without_asking(rest))


def content_words(text: str) -> list[str]:
    """The words that say something, lower-case, in order."""
    return [word for word in re.findall(r"[\w'’]+", text.lower()) if word.replace("’", "'") not in _STOP]


def _normal(question: str) -> str:
    printable = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character
        for character in unicodedata.normalize("NFKC", question)
    )
    return " ".join(printable.split())


def _tidy(text: str) -> str:
    return re.sub(r"\s+([,.?!;:])", r"\1", " ".join(text.split())).strip(" ,;:–—-")


def _or_whole(text: str, whole: str) -> str:
    return text if content_words(text) else whole


def _without_interest(asked: str, phrases: Sequence[str]) -> tuple[str, str]:
    for rest, interest in (*_known(asked, phrases), *_strong(asked)):
        if content_words(rest) and interest:
            return rest, interest
    return asked, ""


def _known(asked: str, phrases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A phrase of the interest list behind a connective, anywhere; the longest phrase wins."""
    lower = asked.lower()
    for phrase in sorted((phrase for phrase in phrases if phrase in lower), key=len, reverse=True):
        escaped = re.escape(phrase)
        joined = re.compile(
            rf"(?:^|[\s,;–—-]+)(?:but\s+)?(?:(?:explained|make it|do it|explain it|put it)\s+)?(?:{_WEAK}|about)\s+{_ARTICLE}"
            rf"{escaped}(?:s|es)?(?:\s+{_PERSON})?{_TAIL}(?=[\s,.;:!?]|$)",
            re.IGNORECASE,
        )
        found = joined.search(asked)
        if found and not _is_about(found[0], asked[: found.start()]):
            yield _tidy(f"{asked[: found.start()]} {asked[found.end() :]}"), phrase


def _is_about(found: str, before: str) -> bool:
    """Whether the connective belongs to the topic: `tell me about music`, `what does diving feel like`."""
    link = found.strip(" ,;–—-").lower().split()[0]
    if link in {"about", "for", "as", "use"}:
        return not content_words(before) or (link == "about" and " it" not in f" {before.lower()[-4:]}")
    return link == "like" and re.search(rf"\b{_SENSES}$", before.strip(), re.IGNORECASE) is not None


def _strong(asked: str) -> Iterator[tuple[str, str]]:
    for pattern in _STRONG:
        found = pattern.search(asked)
        if found and not re.search(rf"\b{_SENSES}$", asked[: found.start()].strip(), re.IGNORECASE):
            rest = _tidy(f"{asked[: found.start()]} {asked[found.end() :]}")
            yield rest, re.sub(rf"^{_ARTICLE}", "", found["interest"].strip(), flags=re.IGNORECASE)


def _without_asking(query: str) -> str:
    words = query.strip(" ?!.,;:")
    changed = True
    while changed:
        before = words
        for pattern in _ASKING:
            words = _or_whole(pattern.sub("", words, count=1), words)
        changed = words != before
    words = _or_whole(_TRAILING.sub("", words), words)
    words = _or_whole(_ARTICLE_FIRST.sub("", words), words)
    return words.strip(" ?!.,;:") or query
