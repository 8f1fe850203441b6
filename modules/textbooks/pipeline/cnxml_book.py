"""Reads a CNXML container: its collections, their licence and order, and every module, each file once."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.licence import contradictions, identify
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.domain.roles import role_of_title, role_of_words
from modules.textbooks.interface import (
    BlockForm,
    BookDocument,
    BookMeta,
    BrokenSourceError,
    Section,
    SectionRole,
)
from modules.textbooks.pipeline.cnxml_blocks import ModuleReader, objectives_of
from modules.textbooks.pipeline.cnxml_source import credit_of, licence_witnesses, source_of
from modules.textbooks.pipeline.cnxml_text import child_text, classes_of, first, line_of, name_of, parse_xml

_WHOLE: Final = frozenset(
    {
        SectionRole.INTRODUCTION,
        SectionRole.PREFACE,
        SectionRole.APPENDIX,
        SectionRole.ANSWER_KEY,
        SectionRole.INDEX,
        SectionRole.REFERENCES,
        SectionRole.REVIEW,
    }
)
_COUNTED: Final = frozenset(
    "para section link list note figure table exercise definition equation math example".split()  # noqa: SIM905
)
_NUMBERED: Final = ("figure", "table", "equation", "example")
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_CONTAINER: Final = "META-INF/books.xml"
_DEEPEST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A module as the collection names it: parts that it stands in, chapter number or 0, role by position."""

    element: etree._Element
    path: tuple[str, ...]
    chapter: int
    role: SectionRole


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A module in its place; the tree is let go once it is read."""

    module: str
    path: tuple[str, ...]
    chapter: str
    number: str
    title: str
    role: SectionRole
    document: etree._Element | None


@dataclass(slots=True, kw_only=True)
class _Book:
    """What is read so far."""

    meta: BookMeta
    links: Mapping[tuple[str, str], str]
    sections: list[Section] = field(default_factory=list)
    left_out: list[Section] = field(default_factory=list)
    census: dict[str, dict[str, int]] = field(default_factory=dict)


def is_container(folder: Path) -> bool:
    """Whether the folder is laid out as a CNXML container."""
    return (folder / _CONTAINER).is_file() or any((folder / "collections").glob("*.collection.xml"))


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
    return [path for path in dict.fromkeys(inside) if path.is_file()]


def read_collection(collection: Path, folder: Path, on_module: Callable[[int, int], None]) -> BookDocument:
    """One book. `on_module(done, total)` is called after each taught module.

    Raises:
        BrokenSourceError: a file is missing, not well-formed or without what a book needs.
    """
    root = parse_xml(collection)
    meta = _meta(root, collection, folder)
    warnings = contradictions(_witnesses(root, folder))
    digest = hashlib.sha256(collection.read_bytes())
    entries = list(_entries(root, folder, collection, warnings, digest.update))
    book = _Book(meta=replace(meta, edition=meta.edition or digest.hexdigest()[:12]), links=_links(entries))
    taught = sum(entry.role is SectionRole.TAUGHT for entry in entries)
    done = 0
    for entry in entries:
        _read_module(entry, book)
        if entry.role is SectionRole.TAUGHT:
            done += 1
            on_module(done, taught)
    if not book.sections:
        message = f"{collection} line 1: the book has no section to teach"
        raise BrokenSourceError(message)
    return BookDocument(
        meta=book.meta,
        sections=tuple(book.sections),
        left_out=tuple(book.left_out),
        census=book.census,
        warnings=tuple(warnings),
    )


def _meta(root: etree._Element, collection: Path, folder: Path) -> BookMeta:
    metadata = first(root, "metadata")
    title = "" if metadata is None else child_text(metadata, "title")
    if metadata is None or not title:
        message = f"{collection} line {line_of(root)}: the collection has no title"
        raise BrokenSourceError(message)
    slug = child_text(metadata, "slug") or slug_of(title)
    source = source_of(folder)
    web = source.get("web") or f"https://openstax.org/details/books/{slug}"
    (_, url), (_, words), (_, rights) = _own_words(root)
    name = str(identify(url if identify(url).name != "unknown" else f"{words} {rights}"))
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
        attribution=credit_of(folder)
        or f"Adapted from {title}, {source.get('publisher', 'OpenStax')}, {name}. Access for free at {web}.",
    )


def _plain_authors(authors: str) -> str:
    return re.sub(r"\b(?:senior |contributing )?authors?\b:?", "", authors, flags=re.IGNORECASE)


def _own_words(root: etree._Element) -> list[tuple[str, str]]:
    """What the collection says of its licence, the address first."""
    metadata = first(root, "metadata")
    licence = None if metadata is None else first(metadata, "license")
    if metadata is None or licence is None:
        rights = "" if metadata is None else child_text(metadata, "rights")
        return [("md:license url", ""), ("md:license", ""), ("dc:rights", rights)]
    return [
        ("md:license url", licence.get("url") or ""),
        ("md:license", child_text(metadata, "license")),
        ("dc:rights", child_text(metadata, "rights")),
    ]


def _witnesses(root: etree._Element, folder: Path) -> list[tuple[str, str]]:
    return [*_own_words(root), *licence_witnesses(folder)]


def _entries(
    root: etree._Element, folder: Path, collection: Path, warnings: list[str], on_bytes: Callable[[bytes], None]
) -> Iterator[_Entry]:
    """Every module once, parsed, with chapter and number; numbers count taught modules."""
    content = first(root, "content")
    if content is None:
        message = f"{collection} line {line_of(root)}: the collection has no content"
        raise BrokenSourceError(message)
    numbers: Counter[int] = Counter()
    seen: set[str] = set()
    for place in _places(content, collection):
        path = _module_path(place.element, folder, collection)
        module = path.parent.name
        if module in seen:
            warnings.append(f"{collection.name} line {line_of(place.element)} names {module} again: it is read once")
            continue
        seen.add(module)
        document = parse_xml(path, on_bytes)
        title = child_text(document, "title")
        role = _role_of(document, title, place)
        numbers[place.chapter] += role is SectionRole.TAUGHT
        yield _Entry(
            module=module,
            path=place.path,
            chapter=f"{place.chapter} {place.path[-1] if place.path else ''}".strip() if place.chapter else "",
            number=f"{place.chapter}.{numbers[place.chapter]}" if role is SectionRole.TAUGHT else "",
            title=title,
            role=role,
            document=document,
        )


def _places(content: etree._Element, collection: Path) -> Iterator[_Place]:
    """Modules in order. Innermost parts are chapters; what stands beside parts is front or back matter."""
    chapters = 0

    def walk(content: etree._Element, path: tuple[str, ...]) -> Iterator[_Place]:
        nonlocal chapters
        if len(path) > _DEEPEST:
            message = f"{collection} line {line_of(content)}: parts are nested more than {_DEEPEST} deep"
            raise BrokenSourceError(message)
        parts = [child for child in content if name_of(child) == "subcollection"]
        chapters += not parts
        role = SectionRole.PREFACE if parts else SectionRole.TAUGHT
        for child in content:
            if name_of(child) == "module":
                yield _Place(element=child, path=path, chapter=0 if parts else chapters, role=role)
            elif name_of(child) == "subcollection":
                role = SectionRole.APPENDIX
                inner = first(child, "content")
                if inner is not None:
                    yield from walk(inner, (*path, child_text(child, "title")))

    return walk(content, ())


def _module_path(element: etree._Element, folder: Path, collection: Path) -> Path:
    module = element.get("document") or ""
    path = folder / "modules" / module / "index.cnxml"
    inside = path.resolve().is_relative_to(folder.resolve())
    if not _SAFE_ID.fullmatch(module) or not inside or not path.is_file():
        message = f"{collection} line {line_of(element)} names the module {module!r}, which is not there"
        raise BrokenSourceError(message)
    return path


def _role_of(document: etree._Element, title: str, place: _Place) -> SectionRole:
    content = first(document, "content")
    classes = classes_of(document) | (classes_of(content) if content is not None else frozenset())
    # The title is the more exact witness: review exercises stand among the appendices.
    for role in (role_of_title(title), role_of_words(classes)):
        if role in _WHOLE:
            return role
    return place.role if title else SectionRole.FIGURES


def _links(entries: list[_Entry]) -> dict[tuple[str, str], str]:
    """What links print: titles of modules, and figures, tables, equations and examples counted by chapter."""
    links: dict[tuple[str, str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        links[entry.module, ""] = f"{entry.number} {entry.title}".strip()
        chapter = entry.chapter.partition(" ")[0]
        if entry.document is None or not chapter:
            continue
        for element in entry.document.iter(*(f"{{*}}{name}" for name in _NUMBERED)):
            target = element.get("id")
            if target and "unnumbered" not in (element.get("class") or ""):
                name = name_of(element)
                counts[chapter, name] += 1
                links[entry.module, target] = f"{name.capitalize()} {chapter}.{counts[chapter, name]}"
    return links


def _read_module(entry: _Entry, book: _Book) -> None:
    """Reads a module into sections: itself, and what of it is not taught."""
    document, entry.document = entry.document, None
    if document is None:
        return
    reader = ModuleReader(module=entry.module, links=book.links)
    for child in document:
        if name_of(child) == "content":
            reader.read(child)
        elif name_of(child) not in {"", "glossary"}:
            reader.drop(child)
    lead, objectives = objectives_of(document)
    terms = reader.terms(document)
    blocks = reader.blocks.pop(SectionRole.TAUGHT, [])
    role = entry.role
    if role is SectionRole.TAUGHT and all(block.form is BlockForm.FIGURE for block in blocks):
        role = SectionRole.FIGURES
    section = Section(
        key=entry.module,
        title=entry.title,
        number=entry.number,
        chapter=entry.chapter,
        subject=book.meta.subject,
        url=_url(book.meta, entry),
        role=role,
        path=entry.path,
        objectives_lead=lead,
        objectives=objectives,
        terms=terms,
        blocks=tuple(blocks),
    )
    (book.sections if role is SectionRole.TAUGHT else book.left_out).append(section)
    for aside, found in reader.blocks.items():
        key, kept = f"{entry.module}.{aside.value}", tuple(found)
        part = replace(section, key=key, role=aside, blocks=kept, objectives_lead="", objectives=(), terms=())
        book.left_out.append(part)
    book.census[entry.module] = {name: reader.census[name] for name in sorted(_COUNTED) if reader.census[name]}


def _url(meta: BookMeta, entry: _Entry) -> str:
    """The page of the section, in OpenStax's scheme where the book is theirs."""
    if not meta.source_url.startswith("https://openstax.org/"):
        return f"{meta.source_url}#{slug_of(entry.title)}"
    page = f"{entry.number.replace('.', '-')}-{slug_of(entry.title)}".strip("-")
    return f"https://openstax.org/books/{meta.slug}/pages/{page}"
