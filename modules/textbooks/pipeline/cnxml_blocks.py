"""The blocks of a CNXML module, what is taught apart from exercises, references and prerequisites.

Teacher notes and answers are counted and go nowhere.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from modules.textbooks.domain.blocks import block_of, figure_of
from modules.textbooks.domain.roles import (
    OBJECTIVE_WORDS,
    is_for_teachers,
    kind_of_title,
    kind_of_words,
    names_objectives,
    role_of_title,
    role_of_words,
)
from modules.textbooks.domain.sentences import clean, without_figures
from modules.textbooks.interface import Block, BlockForm, BlockKind, SectionRole, Term
from modules.textbooks.pipeline.cnxml_text import InlineReader, child_text, classes_of, count, first, name_of, one_line

_CONTAINERS: Final = frozenset({"section", "note", "example", "problem", "solution", "content", "div", "injected"})
_IN_PARAGRAPH: Final = frozenset(
    {"list", "table", "equation", "figure", "subfigure", "media", "code", "quote", "note", "example", "exercise"}
)
_PICTURES: Final = frozenset({"figure", "subfigure", "media"})
_READ_APART: Final = frozenset({"title", "label", "metadata", "glossary"})
_FORMS: Final = {"equation": BlockForm.EQUATION, "quote": BlockForm.QUOTE, "code": BlockForm.CODE}
# `div` and `span` come from HTML, where any mark may say what it is for.
_NAMED: Final = frozenset({"section", "note", "table", "example", "div", "span"})
_TERM: Final = re.compile(r"([^:–—]{1,80}?)\s*[:–—]\s*(.+)", re.DOTALL)
_STEPS: Final = frozenset({"Strategy", "Discussion", "Solution"})
_ASIDE: Final = frozenset(
    {SectionRole.PRACTICE, SectionRole.REFERENCES, SectionRole.PREREQUISITES, SectionRole.GLOSSARY}
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reader stands. `worked`: inside an example, whose exercises are part of the teaching."""

    role: SectionRole = SectionRole.TAUGHT
    heading: str = ""
    kind: BlockKind = BlockKind.TEXT
    worked: bool = False


class ModuleReader:
    """Walks one module in reading order, once.

    Attributes:
        blocks: what was read, by role. census: every element that was met, by name.
    """

    def __init__(self, links: Mapping[str, str]) -> None:
        self.blocks: dict[SectionRole, list[Block]] = defaultdict(list)
        self.census: Counter[str] = Counter()
        self._links = links
        self._glossaries: list[etree._Element] = []

    def read(self, document: etree._Element) -> None:
        """Reads every block."""
        self._walk(document, _Place())

    def terms(self, document: etree._Element) -> tuple[Term, ...]:
        """The glossary: its definitions, or `term: meaning` in the lines of a section of key terms."""
        pairs = [
            (child_text(entry, "term"), child_text(entry, "meaning"))
            for glossary in (*document.iterfind("{*}glossary"), *self._glossaries)
            for entry in glossary.iter("{*}definition")
        ]
        for glossary in self._glossaries:
            lines = (one_line(InlineReader().read(line)) for line in glossary.iter("{*}item", "{*}para"))
            pairs += [(found[1], found[2]) for line in lines if (found := _TERM.fullmatch(line))]
        stated = ((term, without_figures(meaning) or meaning) for term, meaning in pairs)
        entries = {term: Term(term=term, definition=meaning) for term, meaning in stated if term and meaning}
        return tuple(entries.values())

    def _walk(self, element: etree._Element, place: _Place, without: etree._Element | None = None) -> None:
        for child in element:
            if child is without:
                self.census.update(count(child))
            elif name_of(child):
                self._element(child, place)

    def _element(self, element: etree._Element, place: _Place) -> None:
        name = name_of(element)
        role = _role_of(element, name, place)
        if role is not None and role is not place.role:
            place = replace(place, role=role, worked=False)
            self._glossaries += [element] if role is SectionRole.GLOSSARY else []
        if role is None or name in _READ_APART:
            self.census.update(count(element))
        elif name == "exercise":
            self._exercise(element, place)
        elif name in _CONTAINERS:
            self._container(element, name, place)
        elif name in _PICTURES:
            self._figure(element, place)
        else:
            self._block(element, name, place)

    def _container(self, element: etree._Element, name: str, place: _Place) -> None:
        self.census[name] += 1
        title = child_text(element, "title")
        kind = _kind_of(element, name, title, place.kind)
        step = place.worked and title in _STEPS
        heading = place.heading if step or not title else title
        stated = _stated_objectives(element) if place.role is SectionRole.TAUGHT else None
        worked = place.worked or (kind is BlockKind.EXAMPLE and place.role is not SectionRole.PRACTICE)
        inside = replace(place, heading=heading if stated is None else place.heading, kind=kind, worked=worked)
        self._walk(element, inside, without=stated)

    def _exercise(self, element: etree._Element, place: _Place) -> None:
        """Problem and solution in a worked example, announced by name; of another exercise its problem."""
        self.census["exercise"] += 1
        aside = place if place.role is not SectionRole.TAUGHT else replace(place, role=SectionRole.PRACTICE)
        for part in element:
            name = name_of(part)
            if name in {"problem", "solution"} and place.worked:
                self._announced(part, name, place)
            elif name == "commentary" and place.worked:
                self._container(part, name, place)
            elif name in {"solution", "commentary"}:
                self.census.update(count(part))
            elif name:
                self._element(part, place if place.worked else aside)

    def _announced(self, part: etree._Element, name: str, place: _Place) -> None:
        held = self.blocks[place.role]
        start = len(held)
        self.census[name] += 1
        self._walk(part, place)
        for at, block in enumerate(held[start:], start=start):
            held[at] = replace(block, kind=place.kind, heading=place.heading)
        spoken = next((at for at in range(start, len(held)) if held[at].form is not BlockForm.FIGURE), None)
        if spoken is not None:
            opening, *rest = held[spoken].parts
            held[spoken] = replace(held[spoken], parts=(f"{name.capitalize()}: {opening}", *rest))

    def _figure(self, element: etree._Element, place: _Place) -> None:
        self.census.update(count(element))
        alts = [media.get("alt") or "" for media in element.iter("{*}media")]
        captions = [InlineReader(links=self._links).read(caption) for caption in element.iter("{*}caption")]
        self.blocks[place.role] += figure_of(place.kind, place.heading, [*alts, *captions])

    def _block(self, element: etree._Element, name: str, place: _Place) -> None:
        """One block, then the blocks that stand inside it."""
        self.census[name] += 1
        inner: list[etree._Element] = []
        reader = self._reader(place, inner, _PICTURES if name in {"list", "table"} else _IN_PARAGRAPH)
        if name == "list":
            text, form = "\n".join(_items(element, reader)), BlockForm.LIST
        elif name == "table":
            text, form = "\n".join(_rows(element, reader)), BlockForm.TABLE
        elif name == "definition":
            text, form = ": ".join(reader.read(child) for child in element if name_of(child)), BlockForm.DEFINITION
        else:
            text, form = reader.read(element), _FORMS.get(name, BlockForm.PARAGRAPH)
        found = block_of(place.kind, place.heading, text, form, reader.formulas(text))
        self.blocks[place.role] += found
        for block in inner:
            self._element(block, place)

    def _reader(self, place: _Place, inner: list[etree._Element], held: frozenset[str]) -> InlineReader:
        def collect(child: etree._Element) -> bool:
            name = name_of(child)
            apart = name in held or (name in _NAMED and _role_of(child, name, place) is None)
            if apart:
                inner.append(child)
            return apart

        return InlineReader(links=self._links, on_block=collect, census=self.census)


def _items(element: etree._Element, reader: InlineReader) -> Iterator[str]:
    numbered, at = element.get("list-type") == "enumerated", 0
    for child in filter(name_of, element):
        if text := one_line(reader.child(child)):
            at += name_of(child) == "item"
            yield text if name_of(child) != "item" else f"{at}. {text}" if numbered else f"- {text}"


def _rows(element: etree._Element, reader: InlineReader) -> Iterator[str]:
    """Title and rows as lines, cells divided by a bar."""
    for child in filter(name_of, element):
        name = name_of(child)
        if name == "row":
            yield " | ".join(filter(None, (one_line(reader.child(cell)) for cell in filter(name_of, child))))
        elif name in {"tgroup", "thead", "tbody", "tfoot", "entrytbl"}:
            yield from filter(None, _rows(child, reader))
        elif text := one_line(reader.child(child)):
            yield text


def _role_of(element: etree._Element, name: str, place: _Place) -> SectionRole | None:
    """Where the text of an element goes; None for what is for teachers, an answer, or read elsewhere."""
    if name not in _NAMED:
        return place.role
    words = classes_of(element)
    if is_for_teachers(words):
        return None
    # Notes and worked examples between exercises are taught.
    between = (
        place.role is SectionRole.PRACTICE and name in {"note", "example"} and _holds_exercises(element.getparent())
    )
    inherited = SectionRole.TAUGHT if between else place.role
    if name == "example":
        return inherited
    role = role_of_words(words) or (role_of_title(child_text(element, "title")) if name == "section" else None)
    if role is SectionRole.ANSWER_KEY and not place.worked:
        return None
    if place.role is SectionRole.TAUGHT and words & OBJECTIVE_WORDS:
        return None
    return role if role in _ASIDE and inherited is SectionRole.TAUGHT else inherited


def _stated_objectives(element: etree._Element) -> etree._Element | None:
    """The whole part when it is marked so, its first list when its title says so."""
    if classes_of(element) & OBJECTIVE_WORDS:
        return element
    return first(element, "list") if names_objectives(child_text(element, "title")) else None


def _holds_exercises(element: etree._Element | None) -> bool:
    named = element is not None and name_of(element) == "section"
    return element is not None and named and role_of_words(classes_of(element)) is SectionRole.PRACTICE


def _kind_of(element: etree._Element, name: str, title: str, kind: BlockKind) -> BlockKind:
    words = classes_of(element)
    if name == "example":
        return BlockKind.EXAMPLE
    if found := kind_of_words(words) or kind_of_title(title):
        return found
    if kind is BlockKind.EXAMPLE:
        return kind
    if any("misconception" in word for word in words):
        return BlockKind.MISCONCEPTION
    return BlockKind.NOTE if name == "note" else kind


def objectives_of(root: etree._Element) -> tuple[str, tuple[str, ...]]:
    """The lead and the learning objectives, from the abstract or from a part for them."""
    parts = (part for part in root.iter("{*}note", "{*}section") if not _is_aside(part))
    for place in (*root.iterfind("{*}metadata/{*}abstract"), *map(_stated_objectives, parts)):
        if place is not None and (found := _objectives_in(place)):
            return _lead_of(place), found
    return "", ()


def _is_aside(element: etree._Element) -> bool:
    return any(role_of_words(classes_of(outer)) is SectionRole.PREREQUISITES for outer in element.iterancestors())


def _lead_of(place: etree._Element) -> str:
    lead = child_text(place, "para") or one_line(place.text or "")
    return lead if lead.endswith(":") else ""


def _objectives_in(place: etree._Element) -> tuple[str, ...]:
    items: Sequence[str] = [one_line(InlineReader().read(item)) for item in place.iter("{*}item")]
    if not items and first(place, "para") is None:
        lines = clean(InlineReader().read(place)).split("\n")
        items = [line.strip("•-– ") for line in lines if not line.rstrip().endswith(":")]
    return tuple(dict.fromkeys(item for item in items if item))
