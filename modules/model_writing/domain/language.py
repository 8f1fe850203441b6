"""The words of a language that the rules need: `languages/en.json`."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FILE: Final = files("modules.model_writing") / "languages" / "en.json"


@cache
def _read() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return read


def say(key: str) -> str:
    """A text of Vividly's own."""
    return str(_read()[key])


def words_of(key: str) -> frozenset[str]:
    """A list of words, in lower case."""
    return frozenset(_read()[key])


@cache
def expression(key: str) -> re.Pattern[str]:
    """Patterns of which one must be found, whatever the case and the white space."""
    return re.compile("|".join(one.replace(" ", r"[\s\W_]+") for one in _read()[key]), re.IGNORECASE)
