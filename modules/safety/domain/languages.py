"""The word lists and help texts of a language, read once."""

import json
from importlib.resources import files
from typing import Any, Final

from modules.safety.interface import Verdict

ENGLISH: Final[dict[str, Any]] = json.loads((files("modules.safety") / "languages" / "en.json").read_text("utf-8"))
HOMOGLYPHS: Final[dict[str, str]] = json.loads(
    (files("modules.safety") / "languages" / "homoglyphs.json").read_text("utf-8")
)


def help_text(verdict: Verdict) -> str:
    """What is answered in place of a lesson."""
    return "" if verdict is Verdict.OK else str(ENGLISH["help"][verdict.value])


def filled(pattern: str) -> str:
    """A pattern with its `<<lists>>` put in; a list may name others."""
    for _ in range(3):
        for name, words in ENGLISH["lists"].items():
            pattern = pattern.replace(f"<<{name}>>", f"(?:{words})")
    return pattern
