"""Splits what a student cares about off what they ask: `photosynthesis with basketball`.

Two ways. A known interest (from the interest list, or a common hobby) needs a weak link such as `with`, so that
`conduction with convection` stays whole. Other words need a strong link, such as `I love ...` or `but make it about`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

# Beyond the interests that lessons can use: split off all the same, because they only mislead a search.
_HOBBIES: Final = tuple(
    """american football,anime,archery,astronomy club,badminton,baseball,bikes,board games,bowling,boxing,camping,cards,
    cars,cats,cheerleading,chess,climbing,coding,cricket,crochet,cycling,disney,dodgeball,dogs,fishing,fitness,golf,
    gymnastics,harry potter,hiking,hip hop,hockey,horse riding,horseback riding,horses,hunting,ice skating,karate,k-pop,
    kpop,lacrosse,lego,legos,makeup,marvel,martial arts,memes,motorcycles,movies,netflix,origami,parkour,pets,
    photography,ping pong,pizza,pokemon,pokemon cards,poker,racing,rap,reading,robotics,rock climbing,rollerblading,
    rowing,rugby,running,sailing,shopping,skiing,sneakers,snowboarding,social media,softball,sports,star wars,
    superheroes,surfing,table tennis,taylor swift,tennis,theater,theatre,tiktok,toys,track,trains,trucks,tv shows,
    volleyball,weightlifting,wrestling,yoga,youtube""".replace("\n", "")
    .replace("    ", "")
    .split(",")
)
_PERSON: Final = r"(?:fan|fans|lover|player|person|kid|nerd|geek|addict|enthusiast|fanatic|gamer|guy|girl|student)"
_ARTICLE: Final = r"(?:(?:a|an|the|my|some|our)\s+)?"
_LINK: Final = r"(?:with|using|use|w/|w|in|via|like|as|for|about|thru|in terms of|in the style of|through the lens of)"
_TAIL: Final = r"(?:\s+(?:analog(?:y|ies)|examples?|terms|metaphors?|comparisons?|references?|lingo|edition|style))?"
_LOVE: Final = (
    r"(?:i(?:'m|’m| am|m)?|we|my (?:son|daughter|kid|friend))\s+(?:(?:really|so|super|totally|also|just|very)\s+)*"
    r"(?:loves?|likes?|enjoys?|plays?|playing|adores?|into|obsessed with|a (?:big |huge )?fan of|crazy about"
    r"|interested in|am into)"
)
_WORDS: Final = r"[\w'’&-]+(?:\s+[\w'’&-]+){0,4}"
_IMAGINE: Final = (
    r"(?:as if|as though|like|pretend|imagine)\s+(?:i|you|we)(?:'m|’m|m|'re|’re|\s+(?:am|are|were|was))?"
    r"\s+(?:a |an |in |at |playing )?"
)
_POLITE: Final = re.compile(r"\s+(?:please|pls|plz|thanks|thx|lol)$", re.IGNORECASE)
_SENSE: Final = re.compile(
    r"\b(?:look|feel|sound|seem|act|behave|be|is it|are they|taste|smell|thing|stuff|any)s?$", re.IGNORECASE
)
_ASKS_HOW: Final = re.compile(
    r"^(?:(?:can|could) (?:you|u) )?(?:explain |tell me )?(?:how|why|what|when|where|which|who)\b", re.IGNORECASE
)
_LIKE_TAIL: Final = re.compile(
    rf"(?P<pause>[,?]*(?:\s+is it)?)\s+(?:kinda\s+)?like\s+(?P<interest>{_WORDS}(?:\s+[\w'’&-]+){{0,3}})[.!?]*$",
    re.IGNORECASE,
)

# Links that split off whatever follows; group `interest` is the phrase.
_STRONG: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_LOVE}\s+(?P<interest>{_WORDS}?)(?:\s*[,.;!:–—-]+\s+|\s+(?:so|and i want|and want|and need|please)\b)",
        rf"^as\s+(?:an?|someone who (?:loves|likes))\s+(?P<interest>{_WORDS}?)(?:\s+{_PERSON}|(?<=er)|(?<=ist))\s*,\s*",
        rf"[\s,.;!?–—-]+{_LOVE}\s+(?P<interest>{_WORDS})[.!?]*$",
        r"[,.;!?–—-]+\s*i(?:'m|’m|m| am)\s+(?:a |an )?(?P<interest>[\w'’&-]+(?:\s+[\w'’&-]+){0,6})[.!?]*$",
        (
            r"[\s,;–—-]+but\s+(?:(?:make|do|explain|put|tell|teach)\s+(?:it|me|that)?\s*)?(?:about|with|using|like|in|for|as)"
            rf"\s+(?P<interest>{_WORDS})[.!?]*$"
        ),
        rf"[\s,;–—-]+{_IMAGINE}(?P<interest>{_WORDS})[.!?]*$",
        rf"^{_IMAGINE}(?P<interest>{_WORDS}?)\s*[.,;:!]\s+",
        rf"[\s,;–—-]+for\s+(?:a|an|my|some)\s+(?P<interest>(?:[\w'’&-]+\s+){{1,3}}?){_PERSON}[.!?]*$",
        rf"\s+explained\s+(?:with|w/|w|using|like|through|as|by)\s+(?P<interest>{_WORDS})[.!?]*$",
        rf"[\s,;–—-]+(?:in|with|using)\s+(?P<interest>{_WORDS}?)\s+(?:terms|analog(?:y|ies)|metaphors?|lingo)[.!?]*$",
        rf",?\s+with\s+(?P<interest>{_WORDS}?)\s+(?:analogy|metaphor|comparison)\b",
        rf",\s*(?P<interest>{_WORDS}?)\s+(?:edition|style|version)[.!?]*$",
    )
)


def splits(asked: str, phrases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Ways to split the question into (the rest, the interest), the surest first."""
    likened = list(_likened(asked))
    known = list(_known(asked, phrases))
    yield from _strong(asked)
    # `like the crowd in a football stadium`: the hobby is a part of what the topic is likened to.
    yield from (whole for whole in likened if any(interest in whole[1].lower() for _, interest in known))
    yield from known
    yield from likened


def tidy(text: str) -> str:
    """Single spaces, no space before a sign, no stray sign at the ends."""
    return re.sub(r"\s+([,.?!;:])", r"\1", " ".join(text.split())).strip(" ,;:–—-")


def _cut(asked: str, found: re.Match[str], interest: str) -> tuple[str, str]:
    named = re.sub(rf"^{_ARTICLE}", "", _POLITE.sub("", interest.strip()), flags=re.IGNORECASE)
    return tidy(f"{asked[: found.start()]} {asked[found.end() :]}"), named


def _strong(asked: str) -> Iterator[tuple[str, str]]:
    for pattern in _STRONG:
        if found := pattern.search(asked):
            yield _cut(asked, found, found["interest"])


def _known(asked: str, phrases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A known phrase behind a link, anywhere; the longest phrase wins."""
    lower = asked.lower()
    for phrase in sorted({phrase for phrase in (*phrases, *_HOBBIES) if phrase in lower}, key=len, reverse=True):
        joined = re.compile(
            rf"(?:^|[\s,;–—-]+)(?:but\s+)?(?:(?:explained|make it|do it|explain it|put it)\s+)?(?P<link>{_LINK})\s+"
            rf"{_ARTICLE}{re.escape(phrase)}(?:s|es)?(?:\s+{_PERSON})?{_TAIL}(?=[\s,.;:!?]|$)",
            re.IGNORECASE,
        )
        found = joined.search(asked)
        if found and not _is_about(found["link"].lower(), asked[: found.start()], asked[found.end() :]):
            yield _cut(asked, found, phrase)


def _is_about(link: str, before: str, after: str) -> bool:
    """Whether the phrase belongs to the topic: `tell me about music`, `what does diving feel like`."""
    if link == "about":
        return not before.lower().rstrip().endswith(" it")
    if link in {"for", "as"}:
        return bool(re.search(r"\w", after)) or not before.strip()
    return link == "like" and (_SENSE.search(before.strip()) is not None or bool(re.match(r"\s+\w", after)))


def _likened(asked: str) -> Iterator[tuple[str, str]]:
    """`catalyst like a good coach`; inside a how or why question `metals like copper` is content, not an interest."""
    found = _LIKE_TAIL.search(asked)
    if not found or _SENSE.search(asked[: found.start()].strip()):
        return
    if found["pause"] or not _ASKS_HOW.match(asked):
        yield _cut(asked, found, found["interest"])
