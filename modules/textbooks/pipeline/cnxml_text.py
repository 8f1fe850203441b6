"""Text of CNXML elements: inline marks joined without spaces, references marked, formulas readable."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.formulas import END, SUB, SUP, formulas_of
from modules.textbooks.domain.sentences import REFERENCE, clean
from modules.textbooks.interface import BrokenSourceError, Formula
from modules.textbooks.pipeline.mathml import lowered, math_markup, math_text, raised

_DROPPED: Final = frozenset(
    {"footnote", "media", "figure", "iframe", "object", "image", "metadata", "colspec", "param"}
)
_SEPARATE: Final = frozenset({"newline", "space", "list", "item", "para", "entry", "row", "title", "label", "div"})
_MOST_BYTES: Final = 50_000_000


def parse_xml(path: Path, on_bytes: Callable[[bytes], None] | None = None) -> etree._Element:
    """The root of a file. Entities stay off, nothing is fetched, and a DOCTYPE is refused."""
    try:
        size = path.stat().st_size
        if not 0 < size <= _MOST_BYTES:
            message = f"{path} line 1 is empty" if not size else f"{path} line 1 is larger than {_MOST_BYTES:,} bytes"
            raise BrokenSourceError(message)
        source = path.read_bytes()
    except OSError as error:
        message = f"{path} line 1 cannot be read: {error.strerror or error}"
        raise BrokenSourceError(message) from error
    if on_bytes is not None:
        on_bytes(source)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        message = f"{path} line {error.lineno or 1} is not well-formed XML: {error.msg}"
        raise BrokenSourceError(message) from error
    if root.getroottree().docinfo.internalDTD is not None:
        message = f"{path} line 1 declares a DOCTYPE, which textbooks do not need and the importer refuses"
        raise BrokenSourceError(message)
    return root


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace; empty for anything that is not an element."""
    tag: object = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int:
    """The line of the file where the element begins."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def classes_of(element: etree._Element) -> frozenset[str]:
    """The words of the class attribute, with plain hyphens."""
    return frozenset((element.get("class") or "").replace("\u2010", "-").replace("\u2011", "-").lower().split())


def first(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that name."""
    return next((child for child in element if name_of(child) == name), None)


def one_line(text: str) -> str:
    """Clean text on one line."""
    return clean(text).replace("\n", " ")


def child_text(element: etree._Element, name: str) -> str:
    """Clean text of the first child of that name, or empty."""
    child = first(element, name)
    return "" if child is None else one_line(InlineReader().read(child)).replace(REFERENCE, "")


class InlineReader:
    """Reads an element's text, once, and counts its elements. `on_block(child)`: whether it is left out."""

    def __init__(
        self,
        *,
        links: Mapping[str, str] | None = None,
        on_block: Callable[[etree._Element], bool] | None = None,
        census: Counter[str] | None = None,
    ) -> None:
        self._links = links or {}
        self._on_block = on_block
        self._census = Counter[str]() if census is None else census
        self._formulas: list[Formula] = []

    def read(self, element: etree._Element) -> str:
        """The text, not yet cleaned."""
        out = [element.text or ""]
        for child in element:
            out += (self._child(child, out), child.tail or "")
        return "".join(out)

    def formulas(self, text: str) -> list[Formula]:
        """The formulas of what was read; `text` as it was read."""
        return [*self._formulas, *formulas_of(text)]

    def child(self, child: etree._Element) -> str:
        """The text of an item, cell or title that is read by itself, not yet cleaned."""
        return self._child(child, [""])

    def _child(self, child: etree._Element, out: list[str]) -> str:
        name = name_of(child)
        if not name:
            return ""
        if self._on_block is not None and self._on_block(child):
            return " "
        if name in _DROPPED:
            self._census.update(count(child))
            return " " if name in {"media", "figure"} else ""
        self._census[name] += 1
        return self._link(child) if name == "link" else self._marked(name, child, out)

    def _marked(self, name: str, child: etree._Element, out: list[str]) -> str:
        if name == "math":
            return self._math(child, out)
        if name == "sup":
            return f"{SUP}{raised(self.read(child))}{END}"
        if name == "sub":
            before = "".join(out[-3:]).replace(END, "")
            return f"{SUB}{lowered(before, self.read(child))}{END}"
        return f" {self.read(child)} " if name in _SEPARATE else self.read(child)

    def _math(self, child: etree._Element, out: list[str]) -> str:
        text = math_text(child)
        self._formulas.append(Formula(text=clean(text), mathml=math_markup(child)))
        before = "".join(out[-3:])[-1:]
        glue = before in {"", " ", "\n", "\u00a0", "(", "[", "“", "/", "-", "–"}
        return text if glue or text[:1] in {"^", "_", "°", ",", "."} else f" {text}"

    def _link(self, child: etree._Element) -> str:
        text = self.read(child)
        if (child.get("url") or "").startswith("#"):
            return ""  # A place in the publisher's own system, such as an exercise that is kept elsewhere.
        document, target = child.get("document"), child.get("target-id")
        if text.strip() or not (document or target):
            return text
        return REFERENCE if target or not document else self._links.get(document, REFERENCE)


def count(element: etree._Element) -> Counter[str]:
    """The elements of a part that is not read further."""
    return Counter(name for part in element.iter() if (name := name_of(part)))
