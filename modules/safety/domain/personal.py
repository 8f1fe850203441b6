"""Finds what says who somebody is, and puts a placeholder in its place."""

import re
from functools import partial
from typing import Final

from modules.safety.domain.languages import ENGLISH

_PATTERNS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in ENGLISH["personal"])
_KINDS: Final = "|".join(sorted({kind for kind, _ in _PATTERNS}))
_PLACEHOLDER: Final = re.compile(
    rf"(?:\b(?:{'|'.join(ENGLISH['introducing'])})\W*)?\[(?:{_KINDS})\][\s,.;]*(?:and\s+)?", re.IGNORECASE
)


def masked(text: str) -> str:
    """The text with placeholders such as `[name]`; words that introduce them stay."""
    for kind, pattern in _PATTERNS:
        text = pattern.sub(partial(_hidden, kind), text)
    return text


def removed(text: str) -> str:
    """The text without personal data and without the words that introduced it."""
    hidden = masked(text)
    return hidden if hidden == text else " ".join(_PLACEHOLDER.sub(" ", hidden).split())


def _hidden(kind: str, found: re.Match[str]) -> str:
    """Only the group `who` is replaced, where the pattern has one."""
    if not found.groupdict().get("who"):
        return f"[{kind}]"
    start, end = (at - found.start() for at in found.span("who"))
    return f"{found[0][:start]}[{kind}]{found[0][end:]}"
