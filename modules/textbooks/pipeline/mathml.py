"""Presentation and content MathML as one readable line: (a+b)/c, x^2, v_0, sqrt(x)."""

import re
from collections.abc import Callable
from typing import Final

from lxml import etree

from modules.textbooks.domain.formulas import NAMESPACE

_OPERATIONS: Final = {
    "plus": "+",
    "minus": "−",
    "times": "×",
    "divide": "/",
    "power": "^",
    "eq": "=",
    "lt": "<",
    "gt": ">",
    "leq": "≤",
    "geq": "≥",
    "neq": "≠",
}
_TAG: Final = re.compile(r"(</?)(?:[\w.-]+:)?([^<>]*>)")
_FOREIGN: Final = re.compile(r"\s+(?:xmlns|[\w.-]+:[\w.-]+)=(?:\"[^\"]*\"|'[^']*')")
_DECLARED: Final = re.compile(r"xmlns:([\w.-]+)=")
_WORDS: Final = re.compile(r"\w+(?:\^\w+)?")
_RELATIONS: Final = frozenset("=≈≠<>≤≥±→⇌∝≡+−×÷·")
_SILENT: Final = frozenset({"annotation", "annotation-xml", "mphantom", "mprescripts", "none", "maligngroup"})
_ACCENTS: Final = frozenset("→¯^~ˉ⃗˙ˆ˜‾_−⇀̂")


def math_text(element: etree._Element) -> str:
    """The formula as text."""
    return re.sub(r"\s+", " ", _read(element)).strip()


def math_markup(element: etree._Element) -> str:
    """The formula as MathML without prefixes or attributes of other namespaces."""
    source = etree.tostring(element, encoding="unicode", with_tail=False)
    head, _, rest = source.partition(">")
    # In HTML a prefix is part of the name.
    if ":" in (name := head.partition(" ")[0]):
        prefix = name[1:].partition(":")[0]
        rest = rest.replace(f"</{prefix}:", "</").replace(f"<{prefix}:", "<")
    if any(f" {prefix}:" in rest for prefix in _DECLARED.findall(head)) or " xmlns" in rest:
        rest = _TAG.sub(lambda tag: _FOREIGN.sub("", f"{tag[1]}{tag[2]}"), rest)
    attributes = _FOREIGN.sub("", head).partition("math")[2]
    return f'<math xmlns="{NAMESPACE}"{attributes}>{rest}'


def _content(element: etree._Element) -> str:
    return "".join([str(part) for part in element.itertext()]) if len(element) else element.text or ""


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _kids(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren(etree.Element))


def _read(element: etree._Element) -> str:
    name = _name(element)
    if name in _SILENT:
        return ""
    if name == "mo":
        return _operator(element)
    if name in {"mi", "mn", "mtext", "ms", "ci", "cn"}:
        return _content(element).replace("\u2061", "").replace("\u2062", "")
    if name == "mspace":
        return " "
    special = _READERS.get(name)
    return special(element) if special else _sequence(_kids(element))


def _sequence(children: list[etree._Element]) -> str:
    """Neighbours as they stand; a fraction before a factor takes parentheses: (1/2)mv^2."""
    texts = [_read(child) for child in children]
    for at, child in enumerate(children):
        if _name(child) == "mfrac":
            after = texts[at + 1][:1] if at + 1 < len(texts) else ""
            texts[at] = f"({texts[at]})" if after.isalnum() else texts[at]
            texts[at] = f" {texts[at]}" if at and texts[at - 1][-1:].isdigit() else texts[at]
    return "".join(texts)


def _operator(element: etree._Element) -> str:
    sign = _content(element).strip().replace("\u2061", "").replace("\u2062", "").replace("\u2063", "")
    return f" {sign} " if sign in _RELATIONS else ", " if sign == "," else sign


def _enclosed(text: str) -> str:
    text = text.strip()
    return text if _WORDS.fullmatch(text) or (text.startswith("(") and text.endswith(")")) else f"({text})"


def _parts(element: etree._Element, count: int) -> list[str]:
    read = [_read(child).strip() for child in _kids(element)]
    return (read + [""] * count)[:count]


def _fraction(element: etree._Element) -> str:
    above, below = _parts(element, 2)
    return f"{_enclosed(above)}/{_enclosed(below)}"


def _superscript(element: etree._Element) -> str:
    children = _kids(element)
    base = _read(children[0]).rstrip() if children else ""
    return base + raised("".join(_read(child) for child in children[1:2]))


def raised(power: str) -> str:
    """What follows a base for its exponent; primes, degrees and lone signs need no sign of their own."""
    power = power.strip()
    if not power or re.fullmatch(r"[′″°*+−–∘'-]+|\d[+−–]", power):
        return power.replace("∘", "°")
    if re.fullmatch(r"st|nd|rd|th", power):
        return power
    return f"^{power}" if re.fullmatch(r"[−–-]?[\w.]+", power) else f"^({power})"


def lowered(base: str, index: str) -> str:
    """What follows a base for its index: digits join (H2O), words take an underscore (F_net)."""
    index = index.strip()
    if not index:
        return ""
    if re.search(r"[A-Z)]$|[a-z]{2}$", base) and index.isdigit():
        return index
    return f"_{index}" if re.fullmatch(r"[\w.]+", index) else f"_({index})"


def _subscript(element: etree._Element) -> str:
    base, index = _parts(element, 2)
    return base + (f"_{index}" if len(base) == 1 and index.isdigit() and base.islower() else lowered(base, index))


def _both(element: etree._Element) -> str:
    base, index, power = _parts(element, 3)
    return base + lowered(base, index) + raised(power)


def _beside(mark: str) -> Callable[[etree._Element], str]:
    """What stands over or under a base; accents are dropped."""

    def read(element: etree._Element) -> str:
        base, other = _parts(element, 2)
        return base if other in _ACCENTS or not other else f"{base}{mark}({other})"

    return read


def _fenced(element: etree._Element) -> str:
    marks = element.get("separators", ",").strip()[:1]
    inside = f"{marks} ".join(_read(child).strip() for child in _kids(element))
    return f"{element.get('open', '(')}{inside}{element.get('close', ')')}"


def _joined(mark: str) -> Callable[[etree._Element], str]:
    return lambda element: mark.join(filter(None, (_read(part).strip() for part in _kids(element))))


def _scripts(element: etree._Element) -> str:
    """Isotopes: the mass number before the symbol reads best after it, C-14."""
    children = _kids(element)
    base = _read(children[0]).strip() if children else ""
    names = [_name(child) for child in children]
    if "mprescripts" not in names:
        return base + "".join(_read(child).strip() for child in children[1:])
    before = [_read(child).strip() for child in children[names.index("mprescripts") + 1 :]]
    after = "".join(_read(child).strip() for child in children[1 : names.index("mprescripts")])
    return "".join(f"^{part}" if at % 2 else f"_{part}" for at, part in enumerate(before) if part) + base + after


def _apply(element: etree._Element) -> str:
    children = _kids(element)
    if not children:
        return ""
    sign, values = _name(children[0]), [_read(child).strip() for child in children[1:]]
    if sign in _OPERATIONS:
        return f" {_OPERATIONS[sign]} ".join(values)
    return f"{_read(children[0]) or sign}({', '.join(values)})"


_READERS: Final[dict[str, Callable[[etree._Element], str]]] = {
    "mfrac": _fraction,
    "msup": _superscript,
    "msub": _subscript,
    "msubsup": _both,
    "mover": _beside("^"),
    "munder": _beside("_"),
    "munderover": lambda element: "{}_({})^({}) ".format(*_parts(element, 3)),
    "mfenced": _fenced,
    "msqrt": lambda element: f"sqrt({_sequence(_kids(element)).strip()})",
    "mroot": lambda element: "root{1}({0})".format(*_parts(element, 2)),
    "mtable": _joined("; "),
    "mtr": _joined(" "),
    "mmultiscripts": _scripts,
    "apply": _apply,
    "reln": _apply,
}
