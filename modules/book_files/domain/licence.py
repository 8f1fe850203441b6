"""Finds the licence that a text states; judges nothing."""

import re
from typing import Final, NamedTuple

_URL: Final = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(?:licenses/[a-z-]+/\d\.\d|publicdomain/(?:zero|mark)/\d\.\d)"
    r"(?:/[\w.-]*)*",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"(?-i:\bCC[ -](?:BY|by(?=-)))(?:[ -](?:NC|ND|SA))*(?:[ -]\d\.\d)?\b|\bCC[ -]?0(?: 1\.0)?\b"
    r"|\bCreative Commons (?:Attribution|Zero)(?:[ -](?:Non-?Commercial|Share-?Alike|No-?Deriv(?:ative)?s?))*"
    r"(?: \d\.\d)?(?: International)?|\b(?:in|to) the public domain\b",
    re.IGNORECASE,
)


class Statement(NamedTuple):
    """`name` and `url` as written, empty when not stated; `several`: other licences are named too."""

    name: str
    url: str
    several: bool


def find_licence(text: str) -> Statement:
    """The first licence that a text names."""
    line = re.sub(r"\s+", " ", text)
    urls = [match.group().rstrip(".-") for match in _URL.finditer(line)]
    names = [match.group() for match in _NAME.finditer(line)]
    url = urls[0] if urls else ""
    if url and "://" not in url:
        url = f"https://{url}"
    several = len({name.casefold() for name in names}) > 1 or len({_path(found) for found in urls}) > 1
    return Statement(names[0] if names else "", url, several)


def _path(url: str) -> str:
    return url.casefold().partition("creativecommons.org/")[2].rstrip("/")
