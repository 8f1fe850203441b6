"""MathML for marks in running text: H2O and 10^-3 from their sub and sup."""

import re
from typing import Final
from xml.sax.saxutils import escape

from modules.textbooks.domain.sentences import clean
from modules.textbooks.interface import Formula

NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
# Private characters around an index and a power while the paragraph is read; clean() drops them.
SUB: Final = "\ue001"
SUP: Final = "\ue002"
END: Final = "\ue003"

_MARKED: Final = re.compile(rf"[\w().·]*(?:[{SUB}{SUP}][^{SUB}{SUP}{END}]*{END}[\w().·]*)+")
_PIECES: Final = re.compile(rf"([{SUB}{SUP}])([^{END}]*){END}")
_ATOMS: Final = re.compile(r"\d+(?:\.\d+)?|[A-Z][a-z]?|[a-z]+|.", re.DOTALL)


def formulas_of(text: str) -> list[Formula]:
    """The words of a raw text that hold marks."""
    if END not in text:
        return []
    return [Formula(text=clean(found[0]), mathml=_markup(found[0])) for found in _MARKED.finditer(text)]


def _markup(word: str) -> str:
    row: list[str] = []
    plain, *marked = _PIECES.split(word)
    row += map(_atom, _ATOMS.findall(plain))
    for mark, index, after in zip(marked[::3], marked[1::3], marked[2::3], strict=True):
        base = row.pop() if row else "<mrow></mrow>"
        inside = "".join(map(_atom, _ATOMS.findall(clean(index).lstrip("^_").strip("()"))))
        name = "msub" if mark == SUB else "msup"
        row.append(f"<{name}>{base}<mrow>{inside}</mrow></{name}>")
        row += map(_atom, _ATOMS.findall(after))
    return f'<math xmlns="{NAMESPACE}">{"".join(row)}</math>'


def _atom(text: str) -> str:
    name = "mn" if text[0].isdigit() else "mi" if text[0].isalpha() else "mo"
    return f"<{name}>{escape(text)}</{name}>"
