"""The front door: what runs here, and how to ask it something."""

from html import escape
from pathlib import Path
from typing import Final

from shell.version import VERSION

_TEMPLATE: Final = Path(__file__).with_name("home.html")


def front_door() -> str:
    """The page at `/`, a whole HTML document that loads nothing else."""
    return _TEMPLATE.read_text(encoding="utf-8").replace("{{version}}", escape(VERSION))
