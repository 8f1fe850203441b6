"""What the rules need to know about a language and say in it, as data: `languages/en.json`."""

import json
import re
from importlib.resources import files
from typing import Any, Final

ENGLISH: Final[dict[str, Any]] = json.loads(
    (files("modules.lesson_writing") / "languages" / "en.json").read_text("utf-8")
)


def say(name: str, **slots: object) -> str:
    """A sentence or a title of Vividly's own."""
    return str(ENGLISH["say"][name]).format(**slots)


def any_of(name: str) -> str:
    """A pattern for one of the listed expressions."""
    return f"(?:{'|'.join(ENGLISH[name])})"


def starts(name: str) -> re.Pattern[str]:
    """Matches a sentence that starts with one of the listed expressions."""
    return re.compile(rf"{any_of(name)}\b")


def holds(name: str) -> re.Pattern[str]:
    """Finds one of the listed expressions as whole words."""
    return re.compile(rf"\b{any_of(name)}\b", re.IGNORECASE)
