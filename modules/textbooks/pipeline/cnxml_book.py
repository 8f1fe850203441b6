"""Reads a CNXML container: its collections, their licence and order, and every module, each file once."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.licence import contradictions, identify
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.domain.roles import role_of_title, role_of_words
from modules.textbooks.interface import BookDocument, BookMeta, BrokenSourceError, SectionRole
from modules.textbooks.pipeline.assembly import Part, assemble
from modules.textbooks.pipeline.cnxml_source import credit_of, licence_witnesses, source_of
from modules.textbooks.pipeline.cnxml_text import child_text, classes_of, first, line_of, name_of, parse_xml

_ASIDES: Final = frozenset({SectionRole.PRACTICE, SectionRole.GLOSSARY, SectionRole.PREREQUISITES})
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_CONTAINER: Final = "META-INF/books.xml"


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
    if not all(path.is_relative_to(folder.resolve()) for path in paths):
        message = f"{container} line 1 names a collection outside the folder"
        raise BrokenSourceError(message)
    return [path for path in dict.fromkeys(paths) if path.is_file()]


def read_collection(collection: Path, folder: Path, on_module: Callable[[int, int], None]) -> BookDocument:
    """One book. `on_module(done, total)` is called after each taught module."""
    digest = hashlib.sha256()
    root = parse_xml(collection, digest.update)
    meta, own_words = _meta(root, collection, folder)
    warnings = contradictions([*own_words, *licence_witnesses(folder)])
    parts = list(_parts(root, folder, collection, warnings, digest.update))
    meta = replace(meta, edition=meta.edition or digest.hexdigest()[:12])
    return assemble(parts, meta, collection, warnings, on_module)


def _meta(root: etree._Element, collection: Path, folder: Path) -> tuple[BookMeta, list[tuple[str, str]]]:
    """The book's facts, and what it says of its licence, the address first."""
    metadata = first(root, "metadata")
    title = "" if metadata is None else child_text(metadata, "title")
    if metadata is None or not title:
        message = f"{collection} line {line_of(root)}: the collection has no title"
        raise BrokenSourceError(message)
    licence = first(metadata, "license")
    url = "" if licence is None else licence.get("url") or ""
    words, rights = child_text(metadata, "license"), child_text(metadata, "rights")
    name = str(identify(url if identify(url).name != "unknown" else f"{words} {rights}"))
    slug = child_text(metadata, "slug") or slug_of(title)
    source = source_of(folder)
    web = source.get("web") or f"https://openstax.org/details/books/{slug}"
    authors = re.sub(
        r"(?i)\b(?:senior |contributing )?authors?\b:?", "", source.get("authors") or root.get("authors") or ""
    )
    meta = BookMeta(
        slug=slug,
        title=title,
        edition=source.get("commit", ""),
        language=child_text(metadata, "language") or "en",
        subject=subject_of(slug, title),
        license=name,
        license_url=url.replace("http://", "https://"),
        authors=tuple(filter(None, (author.strip() for author in re.split(r"[;,]", authors)))),
        source_url=web,
        attribution=credit_of(folder)
        or f"Adapted from {title}, {source.get('publisher', 'OpenStax')}, {name}. Access for free at {web}.",
    )
    return meta, [("md:license url", url), ("md:license", words), ("dc:rights", rights)]


def _parts(
    root: etree._Element, folder: Path, collection: Path, warnings: list[str], on_bytes: Callable[[bytes], None]
) -> Iterator[Part]:
    """Every module once, parsed."""
    content = first(root, "content")
    if content is None:
        message = f"{collection} line {line_of(root)}: the collection has no content"
        raise BrokenSourceError(message)
    seen: set[str] = set()
    for element, names, chapter, usual in _places(content):
        path = _module_path(element, folder, collection)
        module = path.parent.name
        if module in seen:
            warnings.append(f"{collection.name} line {line_of(element)} names {module} again: it is read once")
            continue
        seen.add(module)
        document = parse_xml(path, on_bytes)
        title = child_text(document, "title")
        if not title:
            message = f"{path} line {line_of(document)}: the module has no title"
            raise BrokenSourceError(message)
        role = _role_of(document, title) or usual
        yield Part(key=module, title=title, path=names, chapter=chapter, role=role, document=document)


def _places(content: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...], int, SectionRole]]:
    """Modules in order. Innermost parts are chapters; what stands beside parts is front or back matter."""
    chapters = 0

    def walk(
        content: etree._Element, path: tuple[str, ...]
    ) -> Iterator[tuple[etree._Element, tuple[str, ...], int, SectionRole]]:
        nonlocal chapters
        inner = [child for child in content if name_of(child) == "subcollection"]
        chapters += not inner
        role = SectionRole.PREFACE if inner else SectionRole.TAUGHT
        for child in content:
            if name_of(child) == "module":
                yield child, path, 0 if inner else chapters, role
            elif name_of(child) == "subcollection":
                role = SectionRole.APPENDIX
                for held in (part for part in child if name_of(part) == "content"):
                    yield from walk(held, (*path, child_text(child, "title")))

    return walk(content, ())


def _module_path(element: etree._Element, folder: Path, collection: Path) -> Path:
    module = element.get("document") or ""
    path = folder / "modules" / module / "index.cnxml"
    inside = path.resolve().is_relative_to(folder.resolve())
    if not _SAFE_ID.fullmatch(module) or not inside or not path.is_file():
        message = f"{collection} line {line_of(element)} names the module {module!r}, which is not there"
        raise BrokenSourceError(message)
    return path


def _role_of(document: etree._Element, title: str) -> SectionRole | None:
    """The role that a module names; its title is more exact than its class, as review exercises are appendices too."""
    content = first(document, "content")
    classes = classes_of(document) | (classes_of(content) if content is not None else frozenset())
    named = (role_of_title(title), role_of_words(classes))
    return next((role for role in named if role and role not in _ASIDES), None)
