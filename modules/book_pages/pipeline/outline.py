"""Which headings make sections, and what stands in each."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from modules.book_files.interface import PagedBook
from modules.book_pages.interface import PagePart
from modules.book_pages.pipeline.html_tree import Heading, Node, document_of, nodes_of, words_in

_FEW_WORDS: Final = 150
_MANY_WORDS: Final = 4_000
_USUAL_WORDS: Final = 1_000
_NEAR: Final = 0.05
_LEVELS: Final = (1, 2, 3, 4)
_BODY: Final = frozenset({"", "bodymatter", "chapter", "part", "section", "text"})


@dataclass(slots=True)
class _Stretch:
    """What stands under a heading down to the level of sections."""

    level: int
    title: str
    marks: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)


def parts_of(book: PagedBook, name: str) -> list[PagePart]:
    """The parts of a book in reading order, without those that hold nothing."""
    pages = [(page.role.lower(), nodes_of(page.markup, f"{name}: {page.name}")) for page in book.pages]
    level = section_level([node for role, nodes in pages if role in _BODY for node in nodes])
    return list(_parts([stretch for role, nodes in pages for stretch in _stretches(nodes, level, role)], level))


def section_level(nodes: list[Node]) -> int:
    """The level of headings whose parts have the length of a section; of equals, the one with the usual parts."""
    rated = {}
    for level in _LEVELS:
        sizes = [size for size in _sizes(nodes, level) if size]
        if sizes and any(isinstance(node, Heading) and node.level == level for node in nodes):
            fitting = [size for size in sizes if _FEW_WORDS <= size <= _MANY_WORDS]
            # The part that a word usually stands in: a few tiny parts do not count.
            usual = math.fsum(size * size for size in sizes) / sum(sizes)
            rated[level] = (math.fsum(fitting) / sum(sizes), -abs(math.log(usual / _USUAL_WORDS)))
    best = max((fitting for fitting, _ in rated.values()), default=0)
    near = {level: nearness for level, (fitting, nearness) in rated.items() if fitting >= best - _NEAR}
    return max(near, key=lambda level: near[level], default=1)


def _sizes(nodes: list[Node], level: int) -> list[int]:
    sizes = [0]
    for node in nodes:
        if not isinstance(node, Heading):
            sizes[-1] += words_in(node)
        elif node.level <= level:
            sizes.append(0)
    return sizes


def _stretches(nodes: list[Node], level: int, role: str) -> list[_Stretch]:
    """The page cut at its headings down to `level`; `role`: of the whole page."""
    marks = tuple(role.split())
    found = [_Stretch(level, "", marks)]
    for node in nodes:
        if isinstance(node, Heading) and node.level <= level:
            found.append(_Stretch(node.level, node.title, (*marks, *node.marks)))
        else:
            found[-1].nodes.append(node)
    return found if found[0].nodes else found[1:]


def _parts(stretches: list[_Stretch], level: int) -> Iterator[PagePart]:
    above: list[_Stretch] = []
    for stretch, after in zip(stretches, [*stretches[1:], None], strict=True):
        above = [outer for outer in above if outer.level < stretch.level]
        path = tuple(outer.title for outer in above if outer.title)
        opens = stretch.level < level and after is not None and after.level > stretch.level
        above.append(stretch)
        if stretch.nodes:
            yield PagePart(
                title=stretch.title,
                path=(*path, stretch.title) if opens else path,
                marks=tuple(mark for outer in above for mark in outer.marks),
                opens=opens,
                markup=document_of(stretch.nodes),
            )
