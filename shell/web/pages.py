"""The pages as whole HTML documents that load nothing else."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from modules.rag.interface import Passage, PassageKind, Topic
from shell.version import VERSION

_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
_TITLES: Final = {
    PassageKind.OBJECTIVES: "Objectives",
    PassageKind.SUMMARY: "Summary",
    PassageKind.GLOSSARY: "Key terms",
}


def front_door() -> str:
    """The page at `/`: what runs here, and how to ask it something."""
    return _PAGES.get_template("home.html").render(version=VERSION)


def section_page(topic: Topic, passages: Sequence[Passage]) -> str:
    """A section of a textbook under its headings, each passage with an anchor `passage-<id>`."""
    parts = [(title, list(group)) for title, group in groupby(passages, key=_title)]
    return _PAGES.get_template("section.html").render(topic=topic, parts=parts, book=passages[0] if passages else None)


def _title(passage: Passage) -> str:
    return _TITLES.get(passage.kind) or passage.heading
