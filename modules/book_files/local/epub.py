"""EPUB 3: container, package, spine."""

import posixpath
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from lxml import etree

from modules.book_files.domain.licence import find_licence
from modules.book_files.domain.names import shown
from modules.book_files.interface import BrokenFileError, HostileFileError, Limits, Page, PagedBook, Progress
from modules.book_files.local.archive import Archive
from modules.book_files.local.markup import DC, XHTML, first_text, markup_of, parse_page, parse_xml, text_of, texts

CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_OPF: Final = "{http://www.idpf.org/2007/opf}"
_TYPE: Final = "{http://www.idpf.org/2007/ops}type"
_PAGES: Final = frozenset({"application/xhtml+xml", "text/html"})
_LICENCE_RELS: Final = frozenset({"dcterms:license", "cc:license"})


def is_epub(archive: Archive) -> bool:
    """Whether the archive says that it is one."""
    return CONTAINER in archive or ("mimetype" in archive and archive.read("mimetype").startswith(b"application/epub"))


def read_epub(archive: Archive, *, fingerprint: str, limits: Limits, on_progress: Progress) -> PagedBook:
    """The pages of the spine, and what the package says of the book."""
    container = parse_xml(archive.read(CONTAINER), CONTAINER, limits)
    rootfile = next(container.iter("{*}rootfile"), None)
    opf = "" if rootfile is None else rootfile.get("full-path") or ""
    if not opf:
        raise BrokenFileError(f"{CONTAINER} names no package file; get the book again")
    package = parse_xml(archive.read(opf), opf, limits)
    items = {item.get("id") or "": item for item in package.iter(f"{_OPF}item")}
    paths, warnings = _spine(package, items, opf)
    _refuse_locked(archive, {*paths, opf}, limits)
    landmarks = _landmarks(archive, items, opf, limits)
    pages = []
    for done, path in enumerate(paths, 1):
        root = parse_page(archive.read(path), path, limits)
        pages.append(Page(name=path, markup=markup_of(root), role=_role(root) or landmarks.get(path, "")))
        on_progress(done, len(paths))
    return _book(package, fingerprint, tuple(pages), tuple(warnings))


def _inside(base: str, href: str) -> str:
    """The member that an address in member `base` means."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.partition("#")[0])))
    if path.startswith(("/", "..")):
        raise HostileFileError(f"{shown(base)} is refused: {shown(href)} leads outside of the book")
    return path


def _spine(package: etree._Element, items: Mapping[str, etree._Element], opf: str) -> tuple[list[str], list[str]]:
    paths: list[str] = []
    warnings = []
    for ref in package.iter(f"{_OPF}itemref"):
        item = items.get(ref.get("idref") or "")
        if item is None or not item.get("href"):
            raise BrokenFileError(
                f"{shown(opf)}: the spine names {shown(ref.get('idref') or '')}, which is not in the manifest"
            )
        if ref.get("linear") == "no" or "nav" in (item.get("properties") or "").split():
            continue
        path = _inside(opf, item.get("href") or "")
        if item.get("media-type") in _PAGES:
            paths.append(path)
        else:
            warnings.append(f"{shown(path)} was left out: it is no text.")
    if not paths:
        raise BrokenFileError(f"{shown(opf)} lists no pages to read; get the book again")
    return list(dict.fromkeys(paths)), warnings


def _refuse_locked(archive: Archive, needed: set[str], limits: Limits) -> None:
    """Scrambled fonts are common and harmless, scrambled pages mean that the book is locked."""
    if _ENCRYPTION not in archive:
        return
    root = parse_xml(archive.read(_ENCRYPTION), _ENCRYPTION, limits)
    locked = {_inside("", found.get("URI") or "") for found in root.iter("{*}CipherReference")}
    if locked & needed:
        raise BrokenFileError(
            f"{shown(min(locked & needed))} is encrypted: the book is protected by DRM; use a copy without it"
        )


def _landmarks(archive: Archive, items: Mapping[str, etree._Element], opf: str, limits: Limits) -> dict[str, str]:
    """The role of each document as the navigation tells it."""
    for item in items.values():
        path = _inside(opf, item.get("href") or "")
        if "nav" in (item.get("properties") or "").split() and path in archive:
            root = parse_page(archive.read(path), path, limits)
            links = [link for nav in root.iter(f"{XHTML}nav") if nav.get(_TYPE) == "landmarks" for link in nav.iter()]
            return {_inside(path, link.get("href") or ""): link.get(_TYPE) or "" for link in links if link.get("href")}
    return {}


def _role(root: etree._Element) -> str:
    body = root.find(f"{XHTML}body")
    if body is None:
        return ""
    section = body.find(f"{XHTML}section")
    words = f"{body.get(_TYPE) or ''} {'' if section is None else section.get(_TYPE) or ''}".split()
    return " ".join(dict.fromkeys(words))


def _book(package: etree._Element, fingerprint: str, pages: tuple[Page, ...], warnings: tuple[str, ...]) -> PagedBook:
    rights = first_text(package, f"{DC}rights")
    modified = [text_of(meta) for meta in package.iter(f"{_OPF}meta") if meta.get("property") == "dcterms:modified"]
    links = [
        link.get("href") or ""
        for link in package.iter(f"{_OPF}link")
        if _LICENCE_RELS & set((link.get("rel") or "").split())
    ]
    sources = [*texts(package, f"{DC}source"), *texts(package, f"{DC}identifier")]
    return PagedBook(
        title=first_text(package, f"{DC}title"),
        edition=next(filter(None, modified), fingerprint),
        language=first_text(package, f"{DC}language"),
        license=rights,
        license_url=next(filter(None, links), "") or find_licence(rights).url,
        authors=tuple(dict.fromkeys(texts(package, f"{DC}creator"))),
        source_url=next((text for text in sources if text.startswith(("https://", "http://"))), ""),
        pages=pages,
        warnings=warnings,
    )
