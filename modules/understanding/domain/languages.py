"""The word lists and sentences of a language, read once."""

import json
import re
from importlib.resources import files
from typing import Any, Final

ENGLISH: Final[dict[str, Any]] = json.loads(
    (files("modules.understanding") / "languages" / "en.json").read_text("utf-8")
)


def say(name: str) -> str:
    """A sentence of Vividly's own."""
    return str(ENGLISH["say"][name])


def holds(name: str) -> re.Pattern[str]:
    """Finds one of the listed expressions as whole words."""
    return re.compile(rf"\b(?:{'|'.join(ENGLISH[name])})\b", re.IGNORECASE)
