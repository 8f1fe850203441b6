"""The blocks of a CNXML module: what a student may read, without teacher notes, exercises and their answers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from lxml import etree

from modules.textbooks.domain.blocks import block_of
from modules.textbooks.domain.sentences import clean
from modules.textbooks.interface import Block, BlockKind
from modules.textbooks.pipeline.cnxml_text import InlineReader, child_text, classes_of, first, name_of

_EXERCISE_CLASSES: Final = frozenset(
    """practice-perfect section-exercises review-exercises practice-test writing review-questions critical-thinking
    multiple-choice free-response interactive-exercise visual-exercise check-understanding practice-problems problems
    performance short-answer extended-response exercises practice bring-together-homework bring-together-exercises
    self-check-questions thought-questions figuring-for-yourself group-activities personal-application ap-practice
    test-prep homework try""".split()  # noqa: SIM905
)
_OTHER_CLASSES: Final = frozenset(
    """keyterms section-key-terms key-terms references coreq-skills learning-objectives chapter-objectives
    sr-contrib-auth contrib-auth further-research suggested-reading solutions answer-key""".split()  # noqa: SIM905
)
_SUMMARY_CLASSES: Final = frozenset({"summary", "section-summary", "key-concepts", "key-equations", "formula-review"})
_CONTAINERS: Final = frozenset({"section", "note", "example", "problem", "solution", "content", "div", "injected"})
_BLOCKS: Final = frozenset(
    {"list", "table", "equation", "figure", "media", "code", "quote", "note", "example", "exercise"}
)
_SKIPPED: Final = frozenset({"title", "label", "figure", "subfigure", "media", "commentary", "metadata", "exercise"})
_PROMPTS: Final = ("problem", "solution")


class BlockReader:
    """Walks one module's content in reading order."""

    def __init__(self, *, numbers: Mapping[str, str]) -> None:
        self._numbers = numbers

    def blocks(self, content: etree._Element) -> list[Block]:
        """Every block with text."""
        return list(self._walk(content, "", BlockKind.TEXT, example=False))

    def _walk(self, element: etree._Element, heading: str, kind: BlockKind, *, example: bool) -> Iterator[Block]:
        for child in element:
            name = name_of(child)
            if not name or is_withheld(child):
                continue
            if name == "section" and classes_of(child) & _EXERCISE_CLASSES:
                yield from self._notes(child, heading, kind)
            elif name == "exercise" and example:
                yield from self._worked(child, heading, kind)
            elif name in _CONTAINERS:
                yield from self._contained(child, heading, kind, example=example)
            elif name not in _SKIPPED:
                yield from self._block(child, heading, kind, example=example)

    def _contained(self, element: etree._Element, heading: str, kind: BlockKind, *, example: bool) -> Iterator[Block]:
        kind = _kind_of(element, kind)
        example = example or kind is BlockKind.EXAMPLE
        title = child_text(element, "title")
        inside_example = example and kind is BlockKind.EXAMPLE and title in {"Strategy", "Discussion", "Solution"}
        yield from self._walk(element, heading if inside_example or not title else title, kind, example=example)

    def _notes(self, section: etree._Element, heading: str, kind: BlockKind) -> Iterator[Block]:
        """Notes and worked examples that stand between exercises."""
        for child in section:
            if name_of(child) in {"note", "example"} and not is_withheld(child):
                yield from self._contained(child, heading, kind, example=False)

    def _worked(self, exercise: etree._Element, heading: str, kind: BlockKind) -> Iterator[Block]:
        """A worked example's problem and solution, each announced by its name."""
        for name in _PROMPTS:
            for part in (child for child in exercise if name_of(child) == name):
                found = list(self._walk(part, heading, kind, example=True))
                if found:
                    start, *rest = found[0].parts
                    found[0] = replace(found[0], parts=(f"{name.capitalize()}: {start}", *rest))
                yield from (replace(block, kind=kind, heading=heading) for block in found)

    def _block(self, element: etree._Element, heading: str, kind: BlockKind, *, example: bool) -> Iterator[Block]:
        name = name_of(element)
        if name == "table":
            yield from block_of(kind, heading, self._table(element), lines=True)
        elif name == "list":
            yield from block_of(kind, heading, self._list(element), lines=True)
        elif name == "definition":
            text = f"{child_text(element, 'term')}: {child_text(element, 'meaning')}"
            yield from block_of(kind, heading, text)
        else:
            yield from self._paragraph(element, heading, kind, example=example)

    def _paragraph(self, element: etree._Element, heading: str, kind: BlockKind, *, example: bool) -> Iterator[Block]:
        """The paragraph's own text, then the blocks that stand inside it."""
        inner: list[etree._Element] = []

        def collect(child: etree._Element) -> bool:
            held = name_of(child) in _BLOCKS
            if held:
                inner.append(child)
            return held

        text = InlineReader(numbers=self._numbers, on_block=collect).read(element)
        yield from block_of(kind, heading, text)
        if inner:
            holder = etree.Element("holder")
            for block in inner:
                block.tail = None
                holder.append(block)
            yield from self._walk(holder, heading, kind, example=example)

    def _list(self, element: etree._Element) -> str:
        lines = []
        numbered = element.get("list-type") == "enumerated"
        for at, item in enumerate((child for child in element if name_of(child) == "item"), start=1):
            text = clean(InlineReader(numbers=self._numbers).read(item)).replace("\n", " ")
            if text:
                lines.append(f"{at}. {text}" if numbered else f"- {text}")
        return "\n".join(lines)

    def _table(self, element: etree._Element) -> str:
        """Rows as lines, cells divided by a bar."""
        rows = []
        for row in element.iter("{*}row"):
            cells = (clean(InlineReader(numbers=self._numbers).read(cell)) for cell in row if name_of(cell) == "entry")
            rows.append(" | ".join(cell.replace("\n", " ") for cell in cells if cell))
        return "\n".join(row for row in rows if row)


def is_withheld(element: etree._Element) -> bool:
    """Whether the element is for teachers, an exercise outside a worked example, or said elsewhere."""
    classes = classes_of(element)
    if name_of(element) == "note" and any("teacher" in word for word in classes):
        return True
    if name_of(element) not in {"section", "note", "table"}:
        return False
    return bool(classes & _OTHER_CLASSES) or (name_of(element) != "section" and bool(classes & _EXERCISE_CLASSES))


def _kind_of(element: etree._Element, kind: BlockKind) -> BlockKind:
    classes = classes_of(element)
    if name_of(element) == "example" or "worked-example" in classes:
        return BlockKind.EXAMPLE
    if classes & _SUMMARY_CLASSES:
        return BlockKind.SUMMARY
    if kind is BlockKind.EXAMPLE or name_of(element) != "note":
        return kind
    return BlockKind.MISCONCEPTION if any("misconception" in word for word in classes) else BlockKind.NOTE


def objectives_of(root: etree._Element) -> tuple[str, tuple[str, ...]]:
    """The lead and the learning objectives, from the abstract or the module's own note or section of objectives."""
    places = [root.find("{*}metadata/{*}abstract")]
    places += [
        element
        for element in root.iter("{*}note", "{*}section")
        if classes_of(element) & {"learning-objectives", "objectives"} and not _inside(element, "coreq-skills")
    ]
    for place in places:
        if place is not None and (found := _objectives_in(place)):
            return _lead_of(place), found
    return "", ()


def _inside(element: etree._Element, word: str) -> bool:
    return any(word in classes_of(parent) for parent in element.iterancestors())


def _lead_of(place: etree._Element) -> str:
    lead = child_text(place, "para") or clean(place.text or "").replace("\n", " ")
    return lead if lead.endswith(":") else ""


def _objectives_in(place: etree._Element) -> tuple[str, ...]:
    items = [clean(InlineReader().read(item)).replace("\n", " ") for item in place.iter("{*}item")]
    if not items and first(place, "para") is None:
        lines = clean(InlineReader().read(place)).split("\n")
        items = [line.strip("•-– ") for line in lines if not line.rstrip().endswith(":")]
    return tuple(dict.fromkeys(item for item in items if item))
