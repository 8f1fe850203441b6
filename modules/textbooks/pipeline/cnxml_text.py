"""Text of CNXML elements: inline marks joined without spaces, references marked, formulas readable."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.sentences import REFERENCE, clean
from modules.textbooks.interface import BrokenSourceError
from modules.textbooks.pipeline.mathml import lowered, math_text, raised

_DROPPED: Final = frozenset(
    {"footnote", "media", "figure", "iframe", "object", "image", "metadata", "colspec", "param"}
)
_SEPARATE: Final = frozenset({"newline", "space", "list", "item", "para", "entry", "row", "title", "label", "div"})


def parse_xml(path: Path) -> etree._Element:
    """The root of a file. Entities stay off, nothing is fetched, and a DOCTYPE is refused.

    Raises:
        BrokenSourceError: naming file and line.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as error:
        message = f"{path} line {error.lineno or 1} is not well-formed XML: {error.msg}"
        raise BrokenSourceError(message) from error
    except OSError as error:
        message = f"{path} line 1 cannot be read: {error.strerror or error}"
        raise BrokenSourceError(message) from error
    if tree.docinfo.internalDTD is not None:
        message = f"{path} line 1 declares a DOCTYPE, which textbooks do not need and the importer refuses"
        raise BrokenSourceError(message)
    return tree.getroot()


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


def child_text(element: etree._Element, name: str) -> str:
    """Clean text of the first child of that name, or empty."""
    child = first(element, name)
    return "" if child is None else clean(InlineReader().read(child)).replace("\n", " ")


class InlineReader:
    """Reads an element's text.

    Args:
        numbers: printed title of a module by its id, for links to other sections.
        on_block: called with a block inside a paragraph; when given, the block's own text is left out.
    """

    def __init__(
        self, *, numbers: Mapping[str, str] | None = None, on_block: Callable[[etree._Element], bool] | None = None
    ) -> None:
        self._numbers = numbers or {}
        self._on_block = on_block

    def read(self, element: etree._Element) -> str:
        """The text, not yet cleaned."""
        out = [element.text or ""]
        for child in element:
            out.append(self._child(child, "".join(out)))
            out.append(child.tail or "")
        return "".join(out)

    def _child(self, child: etree._Element, before: str) -> str:
        name = name_of(child)
        if self._on_block is not None and self._on_block(child):
            return " "
        if not name or name in _DROPPED:
            return " " if name in {"media", "figure"} else ""
        if name == "link":
            return self._link(child)
        return self._marked(name, child, before)

    def _marked(self, name: str, child: etree._Element, before: str) -> str:
        if name == "math":
            return self._math(child, before)
        if name == "sup":
            return raised(self.read(child))
        if name == "sub":
            return lowered(before, self.read(child))
        return f" {self.read(child)} " if name in _SEPARATE else self.read(child)

    @staticmethod
    def _math(child: etree._Element, before: str) -> str:
        text = math_text(child)
        glue = before[-1:] in {"", " ", "\n", "\u00a0", "(", "[", "“", "/", "-", "–"}
        return text if glue or text[:1] in {"^", "_", "°", ",", "."} else f" {text}"

    def _link(self, child: etree._Element) -> str:
        text = self.read(child)
        if text.strip():
            return text
        document = child.get("document")
        if document and not child.get("target-id"):
            return self._numbers.get(document, REFERENCE)
        return REFERENCE if child.get("target-id") or document else ""
