"""The lists of words of a language: `languages/en.json`."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from modules.grounding.interface import UnknownLanguageError

_FOLDER: Final = files("modules.grounding") / "languages"


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What the rules know about a language."""

    stop_words: frozenset[str]
    endings: tuple[str, ...]
    abbreviation: re.Pattern[str]
    negation: re.Pattern[str]


def language_of(tag: str) -> Language:
    """The lists for a BCP 47 tag."""
    return _read(tag.lower().split("-")[0])


@lru_cache(maxsize=8)
def _read(name: str) -> Language:
    known = sorted(one.name.removesuffix(".json") for one in _FOLDER.iterdir() if one.name.endswith(".json"))
    if name not in known:
        raise UnknownLanguageError(name, known)
    lists: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    any_of = {key: f"(?:{'|'.join(lists[key])})" for key in ("negations", "abbreviations")}
    return Language(
        stop_words=frozenset(lists["stop_words"].split()),
        endings=tuple(lists["endings"].split()),
        abbreviation=re.compile(rf"(?:\b{any_of['abbreviations']}|(?<!\d )(?<!°)\b[A-Z])\.$"),
        negation=re.compile(rf"\b{any_of['negations']}\b|n['’]t\b", re.IGNORECASE),
    )
