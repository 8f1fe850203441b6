"""Reads a CNXML container: its collections, their licence and order, and every teachable module."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.licence import identify
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.domain.sentences import without_figures
from modules.textbooks.interface import BookDocument, BookMeta, BrokenSourceError, Section, Term
from modules.textbooks.pipeline.cnxml_blocks import BlockReader, objectives_of
from modules.textbooks.pipeline.cnxml_text import child_text, classes_of, first, line_of, name_of, parse_xml

_FRONT_AND_BACK: Final = frozenset({"introduction", "preface", "appendix", "answer-key", "index"})
_NOT_TAUGHT: Final = re.compile(
    r"(?:introduction|preface|review exercises.*|practice tests?.*|answer key.*|final exams?.*|solution sheets?|index"
    r"|references|review sheet.*|chapter review)",
    re.IGNORECASE,
)
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_CONTAINER: Final = "META-INF/books.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A module in its place."""

    module: str
    chapter: str
    number: str
    title: str
    path: Path


def collections_of(folder: Path) -> list[Path]:
    """The collection files of a container that are there; books.xml may name absent ones."""
    container = folder / _CONTAINER
    if not container.is_file():
        return sorted((folder / "collections").glob("*.collection.xml"))
    named = [book.get("href") or "" for book in parse_xml(container).iter("{*}book")]
    paths = [(container.parent / href).resolve() for href in named if href]
    inside = [path for path in paths if path.is_relative_to(folder.resolve())]
    if len(inside) < len(paths):
        message = f"{container} line 1 names a collection outside the folder"
        raise BrokenSourceError(message)
    return [path for path in inside if path.is_file()]


def read_collection(collection: Path, folder: Path, on_module: Callable[[int, int], None]) -> BookDocument:
    """One book. `on_module(done, total)` is called after each module.

    Raises:
        BrokenSourceError: a file is missing, not well-formed or without what a book needs.
    """
    root = parse_xml(collection)
    meta = _meta(root, collection, folder)
    entries = list(_entries(root, folder, collection))
    numbers = {entry.module: f"{entry.number} {entry.title}" for entry in entries}
    sections = []
    for done, entry in enumerate(entries, start=1):
        if section := _section(entry, meta, numbers):
            sections.append(section)
        on_module(done, len(entries))
    if not sections:
        message = f"{collection} line 1: the book has no section to teach"
        raise BrokenSourceError(message)
    edition = meta.edition or _digest(collection, [entry.path for entry in entries])
    return BookDocument(meta=replace(meta, edition=edition), sections=tuple(sections), warnings=_warnings(meta, folder))


def _meta(root: etree._Element, collection: Path, folder: Path) -> BookMeta:
    metadata = first(root, "metadata")
    if metadata is None or not child_text(metadata, "title"):
        message = f"{collection} line {line_of(root)}: the collection has no title"
        raise BrokenSourceError(message)
    title = child_text(metadata, "title")
    slug = child_text(metadata, "slug") or slug_of(title)
    source = _source(folder)
    web = source.get("web") or f"https://openstax.org/details/books/{slug}"
    licence = first(metadata, "license")
    url = (licence.get("url") or "") if licence is not None else ""
    name = str(identify(f"{url} {child_text(metadata, 'license')}"))
    authors = source.get("authors") or root.get("authors") or ""
    return BookMeta(
        slug=slug,
        title=title,
        edition=source.get("commit", ""),
        language=child_text(metadata, "language") or "en",
        subject=subject_of(slug, title),
        license=name,
        license_url=url.replace("http://", "https://"),
        authors=tuple(part.strip() for part in re.split(r"[;,]", _plain_authors(authors)) if part.strip()),
        source_url=web,
        attribution=_attribution(folder)
        or f"Adapted from {title}, {source.get('publisher', 'OpenStax')}, {name}. Access for free at {web}.",
    )


def _plain_authors(authors: str) -> str:
    return re.sub(r"\b(?:senior |contributing )?authors?\b:?", "", authors, flags=re.IGNORECASE)


def _source(folder: Path) -> dict[str, str]:
    """SOURCE.json, or what ATTRIBUTION.md says, where they are there."""
    path = folder / "SOURCE.json"
    if path.is_file():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            message = f"{path} line {getattr(error, 'lineno', 1)} is not JSON"
            raise BrokenSourceError(message) from error
        return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
    notice = _notice(folder)
    commit = re.search(r"commit `?([0-9a-f]{7,40})", notice)
    authors = re.search(r"^- Authors[^:]*: (.+)$", notice, re.MULTILINE)
    return ({"commit": commit[1]} if commit else {}) | ({"authors": authors[1]} if authors else {})


def _notice(folder: Path) -> str:
    path = folder / "ATTRIBUTION.md"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _attribution(folder: Path) -> str:
    quoted = re.search(r"^> (.+)$", _notice(folder), re.MULTILINE)
    return quoted[1].replace("*", "").strip() if quoted else ""


def _warnings(meta: BookMeta, folder: Path) -> tuple[str, ...]:
    said = _source(folder).get("license_url", "")
    if said and str(identify(said)) != meta.license:
        return (f"SOURCE.json says {identify(said)}, the book itself says {meta.license}: the book is believed",)
    return ()


def _digest(collection: Path, modules: list[Path]) -> str:
    digest = hashlib.sha256(collection.read_bytes())
    for path in modules:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _entries(root: etree._Element, folder: Path, collection: Path) -> Iterator[_Entry]:
    """Taught modules with chapter and number; a book without chapters counts as one."""
    content = first(root, "content")
    if content is None:
        message = f"{collection} line {line_of(root)}: the collection has no content"
        raise BrokenSourceError(message)
    chapters = list(_chapters(content)) or [("", _modules(content))]
    for chapter_number, (chapter, modules) in enumerate(chapters, start=1):
        number = 0
        for element in modules:
            path = _module_path(element, folder, collection)
            document = parse_xml(path)
            title = child_text(document, "title")
            if title and _is_taught(document, title):
                number += 1
                yield _Entry(
                    module=path.parent.name,
                    chapter=f"{chapter_number} {chapter}".strip(),
                    number=f"{chapter_number}.{number}",
                    title=title,
                    path=path,
                )


def _chapters(content: etree._Element) -> Iterator[tuple[str, list[etree._Element]]]:
    """Innermost parts in order: where a book has units, their own modules are front matter."""
    for part in (child for child in content if name_of(child) == "subcollection"):
        inner = first(part, "content")
        if inner is None:
            continue
        nested = list(_chapters(inner))
        yield from nested or [(child_text(part, "title"), _modules(inner))]


def _modules(content: etree._Element) -> list[etree._Element]:
    return [child for child in content if name_of(child) == "module"]


def _module_path(element: etree._Element, folder: Path, collection: Path) -> Path:
    module = element.get("document") or ""
    path = folder / "modules" / module / "index.cnxml"
    if not _SAFE_ID.fullmatch(module) or not path.is_file():
        message = f"{collection} line {line_of(element)} names the module {module!r}, which is not there"
        raise BrokenSourceError(message)
    return path


def _is_taught(document: etree._Element, title: str) -> bool:
    content = first(document, "content")
    classes = classes_of(document) | (classes_of(content) if content is not None else frozenset())
    return not classes & _FRONT_AND_BACK and not _NOT_TAUGHT.fullmatch(title)


def _section(entry: _Entry, meta: BookMeta, numbers: dict[str, str]) -> Section | None:
    """The module as a section; None when it holds no text, as maps do."""
    document = parse_xml(entry.path)
    lead, objectives = objectives_of(document)
    content = first(document, "content")
    blocks = [] if content is None else BlockReader(numbers=numbers).blocks(content)
    if not blocks:
        return None
    return Section(
        key=entry.module,
        title=entry.title,
        number=entry.number,
        chapter=entry.chapter,
        subject=meta.subject,
        url=_url(meta, entry),
        objectives_lead=lead,
        objectives=objectives,
        terms=_terms(document),
        blocks=tuple(blocks),
    )


def _url(meta: BookMeta, entry: _Entry) -> str:
    """The page of the section, in OpenStax's scheme where the book is theirs."""
    if not meta.source_url.startswith("https://openstax.org/"):
        return f"{meta.source_url}#{slug_of(entry.title)}"
    page = f"{entry.number.replace('.', '-')}-{slug_of(entry.title)}"
    return f"https://openstax.org/books/{meta.slug}/pages/{page}"


def _terms(document: etree._Element) -> tuple[Term, ...]:
    found = {}
    for definition in document.iterfind("{*}glossary/{*}definition"):
        term, meaning = child_text(definition, "term"), without_figures(child_text(definition, "meaning"))
        if term and meaning:
            found[term] = Term(term=term, definition=meaning)
    return tuple(found.values())
