"""Which lines of print are headings, by the outline of the file and by the size of the type."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from modules.book_files.domain.pdf_lines import Line, rounded

_DEEPEST: Final = 3
_LARGER: Final = 1.12
_BOLD_CHARACTERS: Final = 80
_RUN_LINES: Final = 4
_PAGE_MARKS: Final = 50
_TITLE_TEXT: Final = 600
_BOLD_LETTERS: Final = 3
_LABEL: Final = re.compile(r"^(?:chapter|unit|part|module|lesson)?\s*(?:\d+|[ivxlc]+)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: `level` from 0, `page` from 0."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Heading:
    """Lines `start` to `end` (not included) are a heading of this level, 1 to 3; 0 is the title of the book."""

    start: int
    end: int
    level: int
    text: str


def chapters_of(outline: Sequence[OutlineEntry]) -> list[OutlineEntry]:
    """The outline with chapters at level 0, also where the book itself stands above them; one bookmark is none."""
    tops = [entry for entry in outline if entry.level == 0]
    if len(tops) == 1 and any(entry.level > 1 for entry in outline):
        inner = [OutlineEntry(entry.level - 1, entry.title, entry.page) for entry in outline if entry.level > 0]
        return chapters_of(inner)
    return list(outline) if len(outline) > 1 else []


def headings_of(lines: Sequence[Line], body: float, outline: Sequence[OutlineEntry]) -> list[Heading]:
    """Every heading, in order. The outline is believed; what it does not name is ranked by its size."""
    runs = [run for run in _runs(lines, body) if run[1] - run[0] <= _RUN_LINES]
    marks: dict[int, list[OutlineEntry]] = {}
    for entry in outline:
        marks.setdefault(entry.page, []).append(entry)
    named = {run: _named(_text(lines, run), marks.get(lines[run[0]].page, ())[:_PAGE_MARKS]) for run in runs}
    by_size = [run for run in runs if named[run] is None and _is_larger(lines[run[0]], body)]
    title, ranks = _ranks(lines, by_size, first=2 if outline else 1)
    bold = min(_DEEPEST, max(ranks.values(), default=1 if outline else 0) + 1)
    found = []
    for run in runs:
        level = named[run]
        if level is None:
            level = 0 if run == title else ranks.get(rounded(lines[run[0]].size), bold)
        found.append(Heading(*run, level, _text(lines, run)))
    return _with_labels(found)


def _is_larger(line: Line, body: float) -> bool:
    return line.size >= _LARGER * body


def _runs(lines: Sequence[Line], body: float) -> list[tuple[int, int]]:
    """Neighbours of one size and page that look like headings, as (start, end)."""
    runs: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        if not _looks(line, before, body):
            continue
        joins = before is not None and before.page == line.page and rounded(before.size) == rounded(line.size)
        if runs and runs[-1][1] == number and joins and _is_larger(line, body):
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs


def _looks(line: Line, before: Line | None, body: float) -> bool:
    if _is_larger(line, body):
        return len(_key(line.text)) > 1 or line.text.isdigit()
    short = len(line.text) <= _BOLD_CHARACTERS and not line.text.endswith((".", ",", ";", ":"))
    apart = before is None or before.page != line.page or abs(before.base - line.base) > 1.5 * line.size
    follows = before is not None and (before.bold or _is_larger(before, body))
    return line.bold and short and len(line.text) >= _BOLD_LETTERS and line.size > 0.9 * body and (apart or follows)


def _ranks(
    lines: Sequence[Line], runs: Sequence[tuple[int, int]], *, first: int
) -> tuple[tuple[int, int] | None, Mapping[float, int]]:
    """The run that is the book's title, and the level of every other size."""
    sizes = sorted({rounded(lines[start].size) for start, _ in runs}, reverse=True)
    title = None
    if len(sizes) > 1:
        largest = [run for run in runs if rounded(lines[run[0]].size) == sizes[0]]
        second = [start for start, _ in runs if rounded(lines[start].size) == sizes[1]]
        if len(largest) == 1 and _is_title(lines, largest[0], second):
            title = largest[0]
            sizes = sizes[1:]
    return title, {size: min(_DEEPEST, rank) for rank, size in enumerate(sizes, first)}


def _is_title(lines: Sequence[Line], run: tuple[int, int], chapters: Sequence[int]) -> bool:
    """A title has little text below it, or chapters that begin on pages of their own; a lone chapter has neither."""
    if lines[run[0]].page > 1:
        return False
    below = sum(len(line.text) for line in lines[run[1] : chapters[0]])
    return below < _TITLE_TEXT or all(lines[start - 1].page != lines[start].page for start in chapters)


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _named(text: str, marks: Sequence[OutlineEntry]) -> int | None:
    """The level that the bookmarks of its page give to a heading, whatever number either puts before it."""
    here = _key(text)
    for entry in marks:
        wanted = _key(entry.title)
        if here and wanted and (here.endswith(wanted) or wanted.endswith(here)):
            return min(_DEEPEST, entry.level + 1)
    return None


def _text(lines: Sequence[Line], run: tuple[int, int]) -> str:
    return " ".join(line.text for line in lines[run[0] : run[1]])


def _with_labels(found: Sequence[Heading]) -> list[Heading]:
    """`Chapter 1` and the heading after it are one."""
    joined: list[Heading] = []
    for heading in found:
        before = joined[-1] if joined else None
        if before and before.end == heading.start and _LABEL.match(before.text):
            level = min(before.level or _DEEPEST, heading.level or _DEEPEST)
            joined[-1] = Heading(before.start, heading.end, level, f"{before.text} {heading.text}")
        else:
            joined.append(heading)
    return joined
