"""Formulas of word processors (OMML) as MathML."""

import re
from typing import Final

from lxml import etree

M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MATHML: Final = "http://www.w3.org/1998/Math/MathML"
# element -> MathML element and the children that become its arguments, in order
_SHAPES: Final = {
    "f": ("mfrac", ("num", "den")),
    "sSup": ("msup", ("e", "sup")),
    "sSub": ("msub", ("e", "sub")),
    "sSubSup": ("msubsup", ("e", "sub", "sup")),
    "limLow": ("munder", ("e", "lim")),
    "limUpp": ("mover", ("e", "lim")),
    "rad": ("mroot", ("e", "deg")),
    "acc": ("mover", ("e", "accPr")),
    "nary": ("munderover", ("naryPr", "sub", "sup")),
}
_SIGNS: Final = {"accPr": "\u0302", "naryPr": "\u222b"}
_ROWS: Final = {"m": "mtable", "mr": "mtr"}


def mathml(element: etree._Element) -> etree._Element:
    """The formula in an `m:oMath`."""
    return _row(element, "math")


def _element(tag: str, *inside: etree._Element, text: str | None = None) -> etree._Element:
    # The stubs of lxml do not know that None is the default namespace.
    made = etree.Element(f"{{{_MATHML}}}{tag}", nsmap={None: _MATHML})  # type: ignore[dict-item]
    made.text = text
    made.extend(inside)
    return made


def _row(element: etree._Element, tag: str = "mrow") -> etree._Element:
    parts = [_converted(child) for child in element]
    if tag == "mtr":
        parts = [[_element("mtd", *part)] for part in parts]
    return _element(tag, *(one for part in parts for one in part))


def _converted(element: etree._Element) -> list[etree._Element]:
    name = etree.QName(element).localname
    if name == "r":
        return _run("".join(text.text or "" for text in element.iter(f"{M}t")))
    if name in _SHAPES:
        after = list(_row(_child(element, "e"))) if name == "nary" else []
        return [_shape(element, *_SHAPES[name]), *after]
    if name in _ROWS:
        return [_row(element, _ROWS[name])]
    if name == "d":
        parts = [[_sign(element, "sepChr", "|"), _row(part)] for part in element.findall(f"{M}e")]
        inside = [one for part in parts for one in part][1:]
        return [_sign(element, "begChr", "("), *inside, _sign(element, "endChr", ")")]
    return [] if name.endswith("Pr") else list(_row(element))


def _child(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{M}{name}")
    return etree.Element("none") if found is None else found


def _shape(element: etree._Element, tag: str, arguments: tuple[str, ...]) -> etree._Element:
    if tag == "mroot" and next(_child(element, "deg").iter(f"{M}t"), None) is None:
        tag, arguments = "msqrt", ("e",)
    rows = [_sign(element, "chr", _SIGNS[n]) if n in _SIGNS else _row(_child(element, n)) for n in arguments]
    return _element(tag, *rows)


def _sign(element: etree._Element, name: str, default: str) -> etree._Element:
    found = element.find(f"*/{M}{name}")
    return _element("mo", text=default if found is None else found.get(f"{M}val") or "")


def _run(text: str) -> list[etree._Element]:
    """Numbers stay whole, letters and signs stand alone."""
    parts = re.findall(r"\d[\d.]*|\S", text)
    return [_element("mn" if part[0].isdigit() else "mi" if part.isalpha() else "mo", text=part) for part in parts]
