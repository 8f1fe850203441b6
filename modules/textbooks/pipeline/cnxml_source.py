"""What stands beside a CNXML book: its source, its credit line, and witnesses of its licence."""

import json
import re
from pathlib import Path
from typing import Final

from modules.textbooks.interface import BrokenSourceError

_LICENCE_FILES: Final = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE")
_HEAD: Final = 8_000


def source_of(folder: Path) -> dict[str, str]:
    """SOURCE.json, or what ATTRIBUTION.md says, where they are there."""
    path = folder / "SOURCE.json"
    if path.is_file():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            message = f"{path} line {getattr(error, 'lineno', 1)} is not JSON in UTF-8"
            raise BrokenSourceError(message) from error
        return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
    notice = _head(folder / "ATTRIBUTION.md")
    commit = re.search(r"commit `?([0-9a-f]{7,40})", notice)
    authors = re.search(r"^- Authors[^:]*: (.+)$", notice, re.MULTILINE)
    return ({"commit": commit[1]} if commit else {}) | ({"authors": authors[1]} if authors else {})


def credit_of(folder: Path) -> str:
    """The line of ATTRIBUTION.md that is to be shown with every lesson, or empty."""
    quoted = re.search(r"^> (.+)$", _head(folder / "ATTRIBUTION.md"), re.MULTILINE)
    return quoted[1].replace("*", "").strip() if quoted else ""


def licence_witnesses(folder: Path) -> list[tuple[str, str]]:
    """Who else speaks of the book's licence: name and what it says."""
    source = source_of(folder) if (folder / "SOURCE.json").is_file() else {}
    named = re.search(r"^\W*Licen[cs]e: (.+)$", _head(folder / "ATTRIBUTION.md"), re.MULTILINE)
    # The title of a licence file says which it is; the small print names others.
    titles = [(name, f"Creative Commons {_head(folder / name)[:400]}") for name in _LICENCE_FILES]
    return [
        ("SOURCE.json", f"{source.get('license_url', '')} {source.get('license', '')}"),
        ("ATTRIBUTION.md", named[1] if named else credit_of(folder)),
        *titles,
    ]


def _head(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(_HEAD)
