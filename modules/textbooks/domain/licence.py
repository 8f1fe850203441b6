"""Which licences may enter the library."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from typing_extensions import override

_FREE: Final = ("CC BY", "CC BY-SA", "CC0", "Public Domain")
_CC_URL: Final = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)
_ZERO_URL: Final = re.compile(r"creativecommons\.org/publicdomain/zero/(\d\.\d)", re.IGNORECASE)
_CC_NAME: Final = re.compile(r"\bCC[ -](BY(?:-(?:NC|ND|SA))*)(?:[ -](\d\.\d))?", re.IGNORECASE)
_CC_WORDS: Final = re.compile(
    r"\bAttribution(?P<marks>(?:[-\s]+(?:Non-?Commercial|No-?Deriv(?:ative)?s|Share-?Alike))*)"
    r"(?:\s+(?:License|Licence|International|Unported))*(?:\s+(?P<version>\d\.\d))?",
    re.IGNORECASE,
)
_MARKS: Final = (("NC", "noncommercial"), ("ND", "noderiv"), ("SA", "sharealike"))
_PUBLIC: Final = re.compile(r"publicdomain/mark|\bpublic domain\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Licence:
    """`name` without the version, such as `CC BY`, or `unknown`; `version` such as `4.0`, or empty."""

    name: str
    version: str

    @override
    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def identify(text: str) -> Licence:
    """The licence that an address or a name stands for."""
    if found := _CC_URL.search(text):
        return Licence(f"CC {found[1].upper()}", found[2])
    if found := _ZERO_URL.search(text):
        return Licence("CC0", found[1])
    if found := _CC_NAME.search(text):
        return Licence(f"CC {found[1].upper()}", found[2] or "")
    if "creative commons" in text.casefold() and (found := _CC_WORDS.search(text)):
        written = re.sub(r"[-\s]", "", found["marks"]).casefold()
        marks = [mark for mark, word in _MARKS if word in written]
        return Licence("-".join(["CC BY", *marks]), found["version"] or "")
    if re.search(r"\bCC[ -]?0\b", text, re.IGNORECASE):
        return Licence("CC0", "1.0")
    return Licence("Public Domain", "") if _PUBLIC.search(text) else Licence("unknown", "")


def is_free(licence: Licence) -> bool:
    """Whether it lets anybody adapt and share, for money too."""
    return licence.name in _FREE


def is_allowed(licence: Licence, allow_licences: Sequence[str]) -> bool:
    """Whether the licence is free, or the operator named it, with or without its version."""
    named = {name.strip().casefold() for name in allow_licences}
    return is_free(licence) or str(licence).casefold() in named or licence.name.casefold() in named


def contradictions(witnesses: Iterable[tuple[str, str]]) -> list[str]:
    """A sentence for any two witnesses (name, what it says) that name different licences."""
    heard = [(name, licence) for name, text in witnesses if (licence := identify(text)).name != "unknown"]
    return [
        f"{one} says {first}, {other} says {second}: what the book itself says is believed"
        for (one, first), (other, second) in combinations(heard, 2)
        if first.name != second.name or (first.version and second.version and first.version != second.version)
    ]
