"""Paragraphs, list items and headings from lines of print, and chapters of XHTML from those."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby, pairwise
from statistics import median
from typing import Final

from modules.book_files.domain.pdf_headings import OutlineEntry, headings_of
from modules.book_files.domain.pdf_lines import END, HYPHEN, SUB, SUPER, Line, body_size
from modules.book_files.interface import Page

_ENDED: Final = re.compile(rf"[.!?:;][\"'”’)\]]*(?:{SUPER}[^{END}]*{END})?$")
_BULLET: Final = re.compile(r"^[•◦▪●○■‣∙·]\s+(?=\S)")
_DASH: Final = re.compile(r"^[–*-]\s+(?=\S)")
_NUMBERED: Final = re.compile(r"^\(?(\d{1,2})[.)]\s+(?=\S)")
_BROKEN: Final = re.compile(rf"(\w+)(?:{HYPHEN}|[-‐\u00ad]\n)\s*(\w+)")
_WORD: Final = re.compile(r"\w+(?:-\w+)*")
_TAIL: Final = 80
_COLUMN_POINTS: Final = 30
_MARKED: Final = re.compile(rf"([{SUPER}{SUB}])([^{END}]*){END}")
_TAGS: Final = {SUPER: "sup", SUB: "sub"}


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: h1, h2, h3, p, ul, ol; `number`: of an item of a numbered list. Lines are kept apart by newlines."""

    kind: str
    text: str
    page: int
    number: int = 0


class Paragraphs:
    """Puts lines together; `leading`: the usual distance of two lines."""

    def __init__(self, leading: float) -> None:
        self.blocks: list[Block] = []
        self._leading = leading
        self._last: Line | None = None
        self._first: Line | None = None

    def close(self) -> None:
        """The next line begins a paragraph whatever it looks like."""
        self._last = None

    def add(self, line: Line, column_right: float) -> None:
        """A line that is no heading."""
        starts = self._starts(line, column_right)
        block = _item(line, self.blocks[-1] if self.blocks else Block("", "", 0), starts=starts)
        if block or starts:
            self.blocks.append(block or Block("p", line.text, line.page))
            self._first = line
        else:
            self.blocks[-1] = replace(self.blocks[-1], text=f"{self.blocks[-1].text}\n{line.text}")
        self._last = line

    def _starts(self, line: Line, column_right: float) -> bool:
        last = self._last
        if last is None or abs(last.size - line.size) > 0.15 * line.size:
            return True
        ended = bool(_ENDED.search(last.text[-_TAIL:]))
        if last.page != line.page or line.base >= last.base:
            return ended
        if last.base - line.base > 1.35 * self._leading:
            return True
        return ended and self._looks_new(last, line, column_right)

    def _looks_new(self, last: Line, line: Line, column_right: float) -> bool:
        item = self.blocks[-1].kind in {"ul", "ol"}
        indented = line.left - last.left > 0.8 * line.size and not (item and last is self._first)
        hung_back = item and self._first is not None and line.left <= self._first.left + 1
        short = last.right < column_right - 0.15 * (column_right - last.left)
        return indented or hung_back or short


def _item(line: Line, last: Block, *, starts: bool) -> Block | None:
    """A line in the middle of a sentence may begin with a dash or a number too."""
    found = _BULLET.match(line.text) or (_DASH.match(line.text) if starts or last.kind == "ul" else None)
    if found:
        return Block("ul", line.text[found.end() :], line.page)
    found = _NUMBERED.match(line.text)
    number = int(found[1]) if found else 0
    follows = last.kind == "ol" and last.number == number - 1
    if found and (follows or (starts and number == 1)):
        return Block("ol", line.text[found.end() :], line.page, number)
    return None


def blocks_of(lines: Sequence[Line], outline: Sequence[OutlineEntry]) -> tuple[list[Block], str]:
    """The blocks in order, words mended, and the title that the first pages print, or empty."""
    body = body_size(lines)
    headings = {heading.start: heading for heading in headings_of(lines, body, outline)}
    inside = {number for heading in headings.values() for number in range(heading.start, heading.end)}
    paragraphs = Paragraphs(_leading(lines, body))
    rights = _column_rights(lines)
    starts = {entry.page for entry in outline if entry.level == 0}
    title = ""
    for number, line in enumerate(lines):
        if line.page in starts:
            starts.remove(line.page)
            paragraphs.close()
        heading = headings.get(number)
        if heading is not None:
            kind = f"h{heading.level}" if heading.level else "p"
            title = title if heading.level else heading.text
            paragraphs.blocks.append(Block(kind, heading.text, line.page))
            paragraphs.close()
        elif number not in inside:
            paragraphs.add(line, rights[number])
    return _with_chapters(_mended(paragraphs.blocks), outline), title


def _leading(lines: Sequence[Line], body: float) -> float:
    steps = [before.base - line.base for before, line in pairwise(lines) if before.page == line.page]
    return median([step for step in steps if 0.8 * body < step < 2.5 * body] or [1.3 * body])


def _column_rights(lines: Sequence[Line]) -> list[float]:
    """For each line, how far the lines of its page that begin about where it does reach."""
    rights: dict[tuple[int, int], float] = {}
    columns = [round(line.left / _COLUMN_POINTS) for line in lines]
    for line, column in zip(lines, columns, strict=True):
        for near in (column - 1, column, column + 1):
            rights[line.page, near] = max(line.right, rights.get((line.page, near), 0.0))
    return [rights[line.page, column] for line, column in zip(lines, columns, strict=True)]


def _mended(blocks: Sequence[Block]) -> list[Block]:
    """Words that a line's end cut are whole again; a hyphen stays where the book writes the word with one elsewhere."""
    known = {word.casefold() for block in blocks for word in _WORD.findall(block.text)}

    def whole(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        hyphened = f"{left}-{right}".casefold() in known and f"{left}{right}".casefold() not in known
        return f"{left}-{right}" if hyphened or not right[0].islower() else f"{left}{right}"

    return [replace(block, text=" ".join(_BROKEN.sub(whole, block.text).split())) for block in blocks]


def _with_chapters(blocks: Sequence[Block], outline: Sequence[OutlineEntry]) -> list[Block]:
    """A chapter that the outline names and no line does begins with the first block of its page."""
    printed = {block.page for block in blocks if block.kind == "h1"}
    missing = [entry for entry in outline if entry.level == 0 and entry.page not in printed]
    out: list[Block] = []
    for block in blocks:
        while missing and missing[0].page <= block.page:
            out.append(Block("h1", missing.pop(0).title, block.page))
        out.append(block)
    return out


def chapters(blocks: Sequence[Block]) -> list[Page]:
    """A page for each h1; what stands before the first is front matter."""
    starts = [number for number, block in enumerate(blocks) if block.kind == "h1"]
    cuts = sorted({0, *starts, len(blocks)})
    return [_page(blocks[start:end], front=bool(starts) and start < starts[0]) for start, end in pairwise(cuts)]


def _page(blocks: Sequence[Block], *, front: bool) -> Page:
    groups = groupby(blocks, key=lambda block: block.kind)
    body = "\n".join(_html(kind, group) for kind, group in groups)
    markup = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>\n{body}\n</body></html>'
    return Page(name=f"page-{blocks[0].page + 1}", markup=markup, role="frontmatter" if front else "")


def _html(kind: str, blocks: Iterable[Block]) -> str:
    if kind not in {"ul", "ol"}:
        return "\n".join(f"<{kind}>{_inline(block.text)}</{kind}>" for block in blocks)
    items = [(f' value="{block.number}"' if kind == "ol" else "", _inline(block.text)) for block in blocks]
    return f"<{kind}>{''.join(f'<li{value}>{text}</li>' for value, text in items)}</{kind}>"


def _inline(text: str) -> str:
    marked = _MARKED.sub(lambda m: f"<{_TAGS[m[1]]}>{m[2]}</{_TAGS[m[1]]}>", escape(text, quote=False))
    return re.sub(rf"[{SUPER}{SUB}{END}]", "", marked.replace(HYPHEN, "-"))
