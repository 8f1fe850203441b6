"""What the rules need to know about a language, as data: `languages/en.json`."""

import json
import re
from importlib.resources import files
from typing import Any, Final

ENGLISH: Final[dict[str, Any]] = json.loads((files("modules.prose") / "languages" / "en.json").read_text("utf-8"))


def any_of(name: str) -> str:
    """A pattern for one of the listed expressions."""
    return f"(?:{'|'.join(ENGLISH[name])})"


def holds(name: str) -> re.Pattern[str]:
    """Finds one of the listed expressions as whole words."""
    return re.compile(rf"\b{any_of(name)}\b", re.IGNORECASE)
