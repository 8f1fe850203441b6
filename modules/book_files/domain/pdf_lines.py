"""Lines of print from the pieces that a PDF holds; running heads and page numbers go."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Marks inside a line's text; the reader of PDFs lets no other control character through.
SUPER, SUB, END, HYPHEN = "\x0e", "\x0f", "\x10", "\x02"
# With a page number in it, a line that comes twice is a running head already.
_REPEATS: Final = 3
_NUMBERED_REPEATS: Final = 2
_EDGE_LINES: Final = 2
_TAIL: Final = 200
_ROW_PARTS: Final = 200
_APART: Final = 1.1
_HEAD_SIZE: Final = 1.15
_SMALLER: Final = 0.85
_LEVEL: Final = 0.08
_NUMBER: Final = re.compile(r"^\W*(?:page )?(?:\d+|[ivxlc]+)\W*$", re.IGNORECASE)
_LEADERS: Final = re.compile(r"(?:\.\s?|…\s?|·\s?){4,}\s*(?:\d+|[ivxlc]+)?\s*$")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters of one size in a row; places in points, `base` upwards from the foot of the page."""

    text: str
    size: float
    bold: bool
    left: float
    right: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print on page `page`, counted from 0; raised and lowered parts stand between marks."""

    text: str
    size: float
    bold: bool
    left: float
    right: float
    base: float
    page: int


def lines_of(fragments: Iterable[Fragment], page: int) -> list[Line]:
    """The lines of a page, in the order in which the file writes them."""
    rows: list[list[Fragment]] = []
    for fragment in fragments:
        if rows and len(rows[-1]) < _ROW_PARTS and _continues(rows[-1], fragment):
            rows[-1].append(fragment)
        elif fragment.text.strip():
            rows.append([fragment])
    return [_line(row, page) for row in rows]


def _continues(row: Sequence[Fragment], fragment: Fragment) -> bool:
    main = _main(row)
    near = abs(fragment.base - main.base) < 0.5 * max(fragment.size, main.size)
    return near and fragment.left >= row[-1].right - main.size


def _main(row: Sequence[Fragment]) -> Fragment:
    return max(row, key=lambda part: (len(part.text.strip()) * part.size, part.size))


def _line(row: Sequence[Fragment], page: int) -> Line:
    main = _main(row)
    text = ""
    for before, part in zip([None, *row], row, strict=False):
        gap = before is not None and part.left - before.right > 0.2 * main.size
        spaced = gap and text[-1:] not in {" ", ""} and part.text[:1] != " "
        text += (" " if spaced else "") + _marked(part, main)
    text = re.sub(r"\s+", " ", text).strip()
    bold = all(part.bold for part in row if part.text.strip())
    return Line(text, main.size, bold, row[0].left, row[-1].right, main.base, page)


def _marked(part: Fragment, main: Fragment) -> str:
    rise = (part.base - main.base) / main.size
    if part.size > _SMALLER * main.size or abs(rise) < _LEVEL or not part.text.strip():
        return part.text
    return f"{SUPER if rise > 0 else SUB}{part.text.strip()}{END}" + (" " if part.text.endswith(" ") else "")


def rounded(size: float) -> float:
    """A type size to the half point, so that nearly equal sizes are one."""
    return round(size * 2) / 2


def body_size(lines: Iterable[Line]) -> float:
    """The size that most characters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[rounded(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without running heads and feet, page numbers and the dotted lines of a table of contents."""
    body = body_size(line for page in pages for line in page)
    edges = [_edge(page, body) for page in pages]
    seen = Counter(key for edge in edges for key in {_key(line) for line in edge})
    kept = []
    for page, edge in zip(pages, edges, strict=True):
        gone = {line for line in edge if seen[_key(line)] >= _needed(line) or _NUMBER.match(line.text)}
        kept.append([line for line in page if line not in gone and not _LEADERS.search(line.text[-_TAIL:])])
    return kept


def _edge(page: Sequence[Line], body: float) -> set[Line]:
    """The first and last lines of a page that stand apart from the text, by more than the text's lines do."""
    bases = sorted({round(line.base, 1) for line in page})
    steps = [above - below for below, above in pairwise(bases)]
    apart = _APART * min((step for step in steps if step > 0.9 * body), default=0.0)
    foot = max((end for end in range(1, _EDGE_LINES + 1) if len(steps) >= end and steps[end - 1] > apart), default=0)
    head = max((end for end in range(1, _EDGE_LINES + 1) if len(steps) >= end and steps[-end] > apart), default=0)
    outer = {*bases[:foot], *bases[len(bases) - head :]}
    return {line for line in page if round(line.base, 1) in outer and line.size <= _HEAD_SIZE * body}


def _needed(line: Line) -> int:
    key = _key(line)
    return _NUMBERED_REPEATS if key.startswith("#") or key.endswith("#") else _REPEATS


def _key(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.casefold())
