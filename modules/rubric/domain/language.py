"""What the checks need to know about a language, as data: `languages/en.json`."""

import json
import re
from importlib.resources import files
from typing import Any, Final

ENGLISH: Final[dict[str, Any]] = json.loads((files("modules.rubric") / "languages" / "en.json").read_text("utf-8"))


def words_of(name: str) -> frozenset[str]:
    """A list that is written as one line."""
    return frozenset(ENGLISH[name].split())


def any_of(name: str) -> str:
    """A pattern for one of the listed expressions."""
    return f"(?:{'|'.join(ENGLISH[name])})"


def starts(name: str) -> re.Pattern[str]:
    """Matches a sentence that starts with one of the listed expressions."""
    return re.compile(rf"\W*{any_of(name)}\b", re.IGNORECASE)


def holds(name: str) -> re.Pattern[str]:
    """Finds one of the listed expressions as whole words."""
    return re.compile(rf"\b{any_of(name)}\b", re.IGNORECASE)
