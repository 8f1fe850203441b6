"""Parses XML of strangers: no entities, no network, no bottomless trees."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final

from lxml import etree

from modules.book_files.domain.names import shown
from modules.book_files.interface import BrokenFileError, HostileFileError, Limits
from modules.book_files.local.faults import parsing

XHTML: Final = "{http://www.w3.org/1999/xhtml}"
DC: Final = "{http://purl.org/dc/elements/1.1/}"
TERMS: Final = "{http://purl.org/dc/terms/}"
_NAMED: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]*;)")
_OF_XML: Final = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_RUNS: Final = ("script", "iframe", "object", "embed", "applet")
# libxml2 stops by itself when entities multiply or a tree is very deep.
_LIMITS: Final = frozenset(
    {etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_INTERNAL_ERROR}
)


def parse_xml(payload: bytes, part: str, limits: Limits) -> etree._Element:
    """The root of a part.

    Raises:
        BrokenFileError, HostileFileError: naming the part, and the line where it breaks.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    name = shown(part)
    try:
        with parsing(part):
            root = etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) in _LIMITS:
            raise HostileFileError(
                f"{name} line {error.lineno or 1} is refused: entities or elements are nested beyond the limit"
            ) from error
        raise BrokenFileError(
            f"{name} line {error.lineno or 1} is not well-formed XML; save the book again or mend that line"
        ) from error
    dtd: etree.DTD | None = root.getroottree().docinfo.internalDTD
    if dtd is not None and _declares_entities(dtd):
        raise HostileFileError(f"{name} is refused: it declares entities, which books do not need")
    _refuse_deep(root, name, limits)
    return root


def _declares_entities(dtd: etree.DTD) -> bool:
    # The stubs of lxml do not know the method.
    entities: Iterator[object] = dtd.iterentities()  # type: ignore[attr-defined]
    return next(entities, None) is not None


def _refuse_deep(root: etree._Element, name: str, limits: Limits) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limits.depth:
            raise HostileFileError(f"{name} is refused: its elements are nested more than {limits.depth} deep")


def parse_page(payload: bytes, part: str, limits: Limits) -> etree._Element:
    """The root of an XHTML document, without what could run; `&nbsp;` and its like become characters."""
    root = parse_xml(_NAMED.sub(_numbered, payload), part, limits)
    etree.strip_elements(root, *(f"{XHTML}{tag}" for tag in _RUNS), *_RUNS, with_tail=False)
    return root


def _numbered(match: re.Match[bytes]) -> bytes:
    name = match[1].decode("ascii")
    if name in _OF_XML or name not in html5:
        return match[0]
    return "".join(f"&#{ord(char)};" for char in html5[name]).encode("ascii")


def markup_of(root: etree._Element) -> str:
    """The element as text."""
    return etree.tostring(root, encoding="unicode", with_tail=False)


def text_of(element: etree._Element | None) -> str:
    """All text inside, in one line."""
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())


def texts(root: etree._Element, tag: str) -> list[str]:
    """The texts of every element of that name that has any."""
    return [text for found in root.iter(tag) if (text := text_of(found))]


def first_text(root: etree._Element, tag: str) -> str:
    """The first of them, or empty."""
    return next(iter(texts(root, tag)), "")
