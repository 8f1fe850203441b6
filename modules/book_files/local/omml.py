"""Formulas of word processors (OMML) as MathML."""

from typing import Final

from lxml import etree

M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MATHML: Final = "http://www.w3.org/1998/Math/MathML"
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
    "bar": ("mover", ("e", "barPr")),
}
_VALUES: Final = {"accPr": "\u0302", "barPr": "\u00af", "naryPr": "\u222b"}
_ROWS: Final = {"m": "mtable", "mr": "mtr"}


def mathml(element: etree._Element) -> etree._Element:
    """The formula in an `m:oMath`."""
    return _row(element, "math")


def _element(tag: str) -> etree._Element:
    # The stubs of lxml do not know that None is the default namespace.
    return etree.Element(f"{{{MATHML}}}{tag}", nsmap={None: MATHML})  # type: ignore[dict-item]


def _row(element: etree._Element, tag: str = "mrow") -> etree._Element:
    row = _element(tag)
    for child in element:
        cells = _converted(child)
        row.extend([_cell(cells)] if tag == "mtr" else cells)
    return row


def _cell(content: list[etree._Element]) -> etree._Element:
    cell = _element("mtd")
    cell.extend(content)
    return cell


def _converted(element: etree._Element) -> list[etree._Element]:
    name = etree.QName(element).localname
    if name == "r":
        return _run("".join(text.text or "" for text in element.iter(f"{M}t")))
    if name in _SHAPES:
        return [_shape(element, *_SHAPES[name])]
    if name in _ROWS:
        return [_row(element, _ROWS[name])]
    if name == "d":
        return _fenced(element)
    if name == "nary":
        return [_nary(element), *_row(_child(element, "e"))]
    return [] if name.endswith("Pr") else list(_row(element))


def _child(element: etree._Element, name: str) -> etree._Element:
    found = element.find(f"{M}{name}")
    return etree.Element("none") if found is None else found


def _shape(element: etree._Element, tag: str, arguments: tuple[str, ...]) -> etree._Element:
    if tag == "mroot" and not len(_row(_child(element, "deg"))):
        tag, arguments = "msqrt", ("e",)
    shape = _element(tag)
    for name in arguments:
        child = _child(element, name)
        shape.append(_sign(child, "chr", _VALUES[name]) if name in _VALUES else _row(child))
    return shape


def _sign(properties: etree._Element, name: str, default: str) -> etree._Element:
    found = properties.find(f"{M}{name}")
    sign = _element("mo")
    sign.text = default if found is None else found.get(f"{M}val") or ""
    return sign


def _fenced(element: etree._Element) -> list[etree._Element]:
    properties, parts = _child(element, "dPr"), element.findall(f"{M}e")
    out = [_sign(properties, "begChr", "(")]
    for number, part in enumerate(parts):
        out += [_sign(properties, "sepChr", "|")] if number else []
        out.append(_row(part))
    return [*out, _sign(properties, "endChr", ")")]


def _nary(element: etree._Element) -> etree._Element:
    shape = _element("munderover")
    shape.append(_sign(_child(element, "naryPr"), "chr", _VALUES["naryPr"]))
    shape.extend([_row(_child(element, "sub")), _row(_child(element, "sup"))])
    return shape


def _run(text: str) -> list[etree._Element]:
    """Numbers stay whole, letters and signs stand alone."""
    out: list[etree._Element] = []
    for char in text:
        tag = "mn" if char.isdigit() or char == "." else "mi" if char.isalpha() else "mo"
        if char.isspace():
            continue
        if tag == "mn" and out and out[-1].tag == f"{{{MATHML}}}mn":
            out[-1].text = f"{out[-1].text}{char}"
            continue
        out.append(_element(tag))
        out[-1].text = char
    return out
