"""A page of HTML as a flat list of headings and CNXML blocks, and such lists nested by their headings."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree, html
from lxml.etree import SubElement

from modules.book_pages.interface import BrokenPageError

_SILENT: Final = frozenset(
    "head script style template nav form button iframe svg object noscript footer audio video canvas".split()  # noqa: SIM905
)
_BLOCKS: Final = frozenset(
    """p ul ol dl table pre blockquote figure aside section article main div header details center address fieldset body
    hr h1 h2 h3 h4 h5 h6""".split()  # noqa: SIM905
)
_NAMES: Final = {
    "p": "para", "ul": "list", "ol": "list", "li": "item", "pre": "code", "blockquote": "quote", "dfn": "term",
    "table": "table", "thead": "thead", "tbody": "tbody", "tfoot": "tfoot", "tr": "row", "td": "entry", "th": "entry",
    "caption": "caption", "figcaption": "caption", "br": "newline", "sub": "sub", "sup": "sup",
}  # fmt: skip
_ANSWER: Final = re.compile(r"(?i)(?:(?:show|see|check|reveal)\s+)?(?:(?:the|your)\s+)?(?:answers?|solutions?)\b.*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 to 6, its text, and its marks."""

    level: int
    title: str
    marks: tuple[str, ...]


# A heading or a CNXML element.
Node = Heading | Any


def nodes_of(markup: str, name: str) -> list[Node]:
    """The page in reading order.

    Raises:
        BrokenPageError: it is nested too deep, or holds nothing that can be read.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(markup.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        message = f"{name} line 1 holds no HTML that can be read: {error}"
        raise BrokenPageError(message) from error
    # What is nested too deep is cut off by the parser, which only logs it.
    for entry in parser.error_log:
        if "xcessive depth" in entry.message:
            message = f"{name} line {entry.line}: elements are nested more than 256 deep"
            raise BrokenPageError(message)
    for element in root.iter(etree.Element):
        element.tag = str(element.tag).rpartition(":")[2]
    return list(_flow(root))


def document_of(nodes: Iterable[Node]) -> bytes:
    """A CNXML module with a section for every heading."""
    document = etree.Element("document")
    _nest(nodes, SubElement(document, "content"))
    return etree.tostring(document, encoding="utf-8")


def words_in(node: Node) -> int:
    """How many words a block holds."""
    return len(_text(node).split())


def _nest(nodes: Iterable[Node], content: Any) -> None:
    parts: list[tuple[int, Any]] = [(0, content)]
    for node in nodes:
        if not isinstance(node, Heading):
            parts[-1][1].append(node)
            continue
        while parts[-1][0] >= node.level:
            parts.pop()
        part = SubElement(parts[-1][1], "section", {"class": " ".join(node.marks)})
        SubElement(part, "title").text = node.title
        parts.append((node.level, part))


def _text(element: Any) -> str:
    return "".join(map(str, element.itertext()))


def _marks(element: Any) -> list[str]:
    said = " ".join(element.get(key) or "" for key in ("epub:type", "class", "role"))
    return said.replace("doc-", "").replace("_", "-").lower().split()


def _flow(container: Any) -> Iterator[Node]:
    """The blocks of a container; loose text between them is a paragraph."""
    loose = etree.Element("para")
    _append(loose, container.text)
    for child in container:
        if _is_block(child):
            if len(loose) or (loose.text or "").strip():
                yield loose
            loose = etree.Element("para")
            yield from _block(child)
        else:
            _inline(child, loose)
        _append(loose, child.tail)
    if len(loose) or (loose.text or "").strip():
        yield loose


def _is_block(element: Any) -> bool:
    return element.tag in _BLOCKS or element.tag in _SILENT or (element.tag != "math" and any(map(_is_block, element)))


def _block(element: Any) -> Iterator[Node]:
    """One block; in a part of its own where it has marks, for they may say what it is for."""
    name, marks = element.tag, _marks(element)
    if name == "details" and _ANSWER.fullmatch(" ".join(_text(next(element.iter("summary"), element)).split())):
        marks.append("solution")
    if name in _SILENT:
        return
    if re.fullmatch(r"h[1-6]", name):
        yield Heading(int(name[1]), " ".join(_text(element).split()), tuple(marks))
    elif name in {"aside", "figure"} or (marks and name not in {"body", "main"} and not _holds_headings(element)):
        part = etree.Element("note" if name == "aside" or "note" in marks else "section", {"class": " ".join(marks)})
        nodes = list(_plain(element, name))
        if nodes and isinstance(nodes[0], Heading):
            SubElement(part, "title").text = nodes.pop(0).title
        _nest(nodes, part)
        yield part
    else:
        yield from (_handed(node, marks) for node in _plain(element, name))


def _holds_headings(element: Any) -> bool:
    """Whether it is a chapter or a part of one: its headings stand among the others."""
    return element.tag != "aside" and next(element.iter("h1", "h2"), None) is not None


def _handed(node: Node, marks: list[str]) -> Node:
    if isinstance(node, Heading) and marks:
        return Heading(node.level, node.title, (*node.marks, *marks))
    return node


def _plain(element: Any, name: str) -> Iterator[Node]:
    if name == "dl":
        yield from _definitions(element)
    elif name == "figure":
        for inner in element.iterdescendants("table", "pre", "ul", "ol"):
            yield from _block(inner)
        yield _picture(element)
    elif name in _NAMES:
        holder = etree.Element("holder")
        _inline(element, holder)
        yield from list(holder)
    else:
        yield from _flow(element)


def _picture(element: Any) -> Any:
    figure = etree.Element("figure")
    for image in element.iter("img"):
        SubElement(figure, "media", {"alt": image.get("alt") or ""})
    for caption in element.iter("figcaption"):
        _inline(caption, figure)
    return figure


def _definitions(element: Any) -> Iterator[Any]:
    term = etree.Element("term")
    for part in element.iter("dt", "dd"):
        if part.tag == "dt":
            term = etree.Element("term")
            _contents(part, term)
        else:
            entry = etree.Element("definition")
            entry.append(deepcopy(term))
            _contents(part, SubElement(entry, "meaning"))
            yield entry


def _inline(element: Any, target: Any) -> None:
    """Appends an element with its text; marks that mean nothing leave their text only."""
    name, marks = element.tag, _marks(element)
    if name in _SILENT or "noteref" in marks:
        return
    if name == "math":
        copy = deepcopy(element)
        copy.tail = None
        (SubElement(target, "equation") if element.get("display") == "block" else target).append(copy)
    elif name == "img":
        SubElement(target, "media", {"alt": element.get("alt") or ""})
    elif name in _NAMES or marks:
        made = SubElement(target, _NAMES.get(name, "span"), {"class": " ".join(marks)} if marks else {})
        if name == "ol":
            made.set("list-type", "enumerated")
        _contents(element, made)
    else:
        _contents(element, target)


def _contents(element: Any, target: Any) -> None:
    _append(target, element.text)
    for child in element:
        _inline(child, target)
        _append(target, child.tail)


def _append(target: Any, text: str | None) -> None:
    if len(target):
        target[-1].tail = (target[-1].tail or "") + (text or "")
    else:
        target.text = (target.text or "") + (text or "")
