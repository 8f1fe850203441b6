"""Vividly's own words in a language, and small changes to those of others."""

import json
from importlib.resources import files
from typing import Any, Final

ENGLISH: Final[dict[str, Any]] = json.loads((files("modules.storyboards") / "languages" / "en.json").read_text("utf-8"))


def say(name: str, **slots: object) -> str:
    """A sentence or a title of Vividly's own."""
    return str(ENGLISH["say"][name]).format(**slots)


def words(line: str) -> int:
    """How many words a reader counts."""
    return sum(any(map(str.isalnum, token)) for token in line.split())


def clipped(line: str, limit: int) -> str:
    """The line, cut at a word so that it has at most `limit` characters."""
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]
