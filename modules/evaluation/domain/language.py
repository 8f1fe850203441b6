"""The word lists of the generators, as data: `languages/en.json`."""

import json
from importlib.resources import files
from typing import Any, Final

WORDS: Final[dict[str, Any]] = json.loads((files("modules.evaluation") / "languages" / "en.json").read_text("utf-8"))


def pairs(line: str) -> dict[str, str]:
    """`one/other` as a change, the other way round too; the first that is written for a word stands."""
    changes: dict[str, str] = {}
    for pair in line.split():
        one, other = pair.split("/")
        changes.setdefault(one, other)
        changes.setdefault(other, one)
    return changes
