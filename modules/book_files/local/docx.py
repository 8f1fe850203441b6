"""DOCX: checked parts in, HTML out, cut into a page for each first-level heading."""

import io
import re
import secrets
import zipfile
from html import escape
from typing import Final

from lxml import etree

from modules.book_files.domain.licence import find_licence
from modules.book_files.interface import Limits, Page, PagedBook
from modules.book_files.local.archive import Archive
from modules.book_files.local.faults import parsing
from modules.book_files.local.markup import DC, TERMS, first_text, markup_of, parse_xml, text_of, texts
from modules.book_files.local.omml import M, mathml

DOCUMENT: Final = "word/document.xml"
TYPES: Final = "[Content_Types].xml"
_CORE: Final = "docProps/core.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES: Final = "p[style-name='Title'] => p.title:fresh\np[style-name='Subtitle'] => p.subtitle:fresh"
_OPENING_CHARACTERS: Final = 20_000
_MAX_WARNINGS: Final = 20
_PICTURES: Final = ("{*}pic", "{*}imagedata")


def is_docx(archive: Archive) -> bool:
    """Whether it is a text document of a word processor."""
    return TYPES in archive and DOCUMENT in archive


def read_docx(archive: Archive, *, fingerprint: str, limits: Limits) -> PagedBook:
    """The document as pages. Pictures and everything that is not text are never unpacked."""
    parts = {
        name: parse_xml(archive.read(name), name, limits) for name in archive.names if name.endswith((".xml", ".rels"))
    }
    formulas = _Formulas()
    pictures = 0
    for name, root in parts.items():
        if name.startswith("word/"):
            with parsing(name):
                formulas.take_out(root)
            pictures += len(list(root.iter(*_PICTURES)))
            etree.strip_elements(root, *_PICTURES, with_tail=False)
    html, warnings = _converted(parts)
    body = parse_xml(f"<body>{formulas.put_back(html)}</body>".encode(), DOCUMENT, limits)
    if pictures:
        warnings.insert(0, f"Pictures left out: {pictures}.")
    if formulas.found:
        warnings.append(f"Formulas rewritten as MathML: {len(formulas.found)}.")
    return _book(parts, body, fingerprint, tuple(warnings[:_MAX_WARNINGS]))


class _Formulas:
    """The converter drops formulas, so each leaves a word in the text that is replaced afterwards."""

    def __init__(self) -> None:
        self._word = secrets.token_hex(8)
        self.found: list[str] = []

    def take_out(self, root: etree._Element) -> None:
        for formula in list(root.iter(f"{M}oMath")):
            run = etree.Element(f"{_W}r")
            etree.SubElement(run, f"{_W}t").text = f"{self._word}{len(self.found)};"
            self.found.append(markup_of(mathml(formula)))
            formula.addprevious(run)
        etree.strip_elements(root, f"{M}oMath", with_tail=False)
        etree.strip_tags(root, f"{M}oMathPara")

    def put_back(self, html: str) -> str:
        return re.sub(rf"{self._word}(\d+);", lambda found: self.found[int(found[1])], html)


def _converted(parts: dict[str, etree._Element]) -> tuple[str, list[str]]:
    import mammoth

    clean = io.BytesIO()
    with zipfile.ZipFile(clean, "w") as out:
        for name, root in parts.items():
            out.writestr(name, etree.tostring(root, encoding="utf-8"))
    with parsing(DOCUMENT):
        result = mammoth.convert_to_html(clean, style_map=_STYLES, include_embedded_style_map=False)
    return result.value, list(dict.fromkeys(f"{message.message.rstrip('.')}." for message in result.messages))


def _book(
    parts: dict[str, etree._Element], body: etree._Element, fingerprint: str, warnings: tuple[str, ...]
) -> PagedBook:
    core = parts.get(_CORE, etree.Element("none"))
    opening = " ".join(map(text_of, body))[:_OPENING_CHARACTERS]
    rights = first_text(core, f"{DC}rights")
    licence = find_licence(f"{rights} {first_text(core, f'{DC}description')} {opening}")
    printed = next((text_of(found) for found in body if found.get("class") == "title"), "")
    creators = [name.strip() for text in texts(core, f"{DC}creator") for name in text.split(";")]
    version = next((text_of(found) for found in core if etree.QName(found).localname == "version"), "")
    return PagedBook(
        title=first_text(core, f"{DC}title") or printed or first_text(body, "h1"),
        edition=version or first_text(core, f"{TERMS}modified") or fingerprint,
        language=first_text(core, f"{DC}language"),
        license=rights or licence.name,
        license_url=licence.url,
        authors=tuple(dict.fromkeys(filter(None, creators))),
        pages=tuple(_pages(body)),
        warnings=warnings,
    )


def _pages(body: etree._Element) -> list[Page]:
    chapters: list[list[etree._Element]] = [[]]
    for element in body:
        if element.tag == "h1" and chapters[-1]:
            chapters.append([])
        chapters[-1].append(element)
    pages = []
    for number, chapter in enumerate(chapters, 1):
        inner = escape(body.text or "", quote=False) if number == 1 else ""
        inner += "".join(etree.tostring(element, encoding="unicode") for element in chapter)
        front = number == 1 and len(chapters) > 1 and chapter[0].tag != "h1"
        markup = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{inner}</body></html>'
        pages.append(Page(name=f"part-{number}", markup=markup, role="frontmatter" if front else ""))
    return pages
