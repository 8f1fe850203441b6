"""A folder of HTML files as a book in pages: their order, and what they say of the book."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from modules.book_files.interface import Page, PagedBook
from modules.textbooks.interface import BrokenSourceError

_SUFFIXES: Final = frozenset({".html", ".xhtml", ".htm"})
_LISTS: Final = ("nav", "toc", "index", "contents")
_MOST_BYTES: Final = 50_000_000
_CHARSET: Final = re.compile(rb"charset=[\"']?([\w-]+)|encoding=[\"']([\w-]+)", re.IGNORECASE)
_LICENCE_NAMES: Final = frozenset({"license", "licence", "dc.rights", "dcterms.license", "dcterms.rights"})


def html_files(folder: Path) -> list[Path]:
    """The pages of the folder and of the folders in it, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())


def read_folder(folder: Path, said: Mapping[str, Any]) -> PagedBook:
    """The book. `said`: what book.toml says, whose `pages` gives the order.

    Raises:
        BrokenSourceError: a page is empty, too large, or in no encoding that it names.
    """
    paths = html_files(folder)
    texts = {path: _text(path) for path in paths}
    lists = [path for name in _LISTS for path in paths if path.stem.lower() == name]
    order = _named(folder, said.get("pages"), texts) or (_linked(lists[0], folder, texts) if lists else [])
    facts = _facts([texts[path] for path in dict.fromkeys([*lists, *order, *paths])])
    pages = [path for path in order or paths if path not in lists or path in order]
    return PagedBook(
        title=facts.get("title", ""),
        edition="",
        language=facts.get("language", ""),
        license=facts.get("license", ""),
        license_url=facts.get("license_url", ""),
        authors=tuple(filter(None, [facts.get("author", "")])),
        pages=tuple(Page(name=path.relative_to(folder).as_posix(), markup=texts[path]) for path in pages or paths),
    )


def _text(path: Path) -> str:
    size = path.stat().st_size
    if not 0 < size <= _MOST_BYTES:
        message = f"{path} line 1 is empty" if not size else f"{path} line 1 is larger than {_MOST_BYTES:,} bytes"
        raise BrokenSourceError(message)
    source = path.read_bytes()
    named = _CHARSET.search(source[:1024])
    encoding = (named[1] or named[2]).decode("ascii") if named else "utf-8-sig"
    try:
        return source.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        at = getattr(error, "start", 0)
        message = f"{path} line {source.count(bytes([10]), 0, at) + 1} is not text in {encoding}: {error}"
        raise BrokenSourceError(message) from error


def _named(folder: Path, names: object, texts: Mapping[Path, str]) -> list[Path]:
    paths = [folder / str(name) for name in names] if isinstance(names, list) else []
    missing = next((path for path in paths if path not in texts), None)
    if missing is not None:
        message = f"{folder / 'book.toml'} line 1 names the page {missing.name!r}, which is not there"
        raise BrokenSourceError(message)
    return paths


def _linked(page: Path, folder: Path, texts: Mapping[Path, str]) -> list[Path]:
    """The pages that a list of contents leads to, in its order."""
    hrefs = (urlsplit(link.get("href") or "") for link in _parse(texts[page]).iter("a"))
    paths = ((page.parent / unquote(href.path)).resolve() for href in hrefs if href.path and not href.scheme)
    inside = [folder / path.relative_to(folder.resolve()) for path in paths if path.is_relative_to(folder.resolve())]
    return [path for path in dict.fromkeys(inside) if path in texts]


def _facts(texts: list[str]) -> dict[str, str]:
    """What the pages say of the book, the first one that says it."""
    found: dict[str, str] = {}
    for text in texts:
        root = _parse(text)
        here = {"title": (root.findtext(".//title") or "").strip(), "language": root.get("lang") or ""}
        for meta in root.iter("meta"):
            name = (meta.get("name") or meta.get("property") or "").lower()
            if name in _LICENCE_NAMES:
                here["license"] = meta.get("content") or ""
            elif name in {"author", "dc.creator"}:
                here["author"] = meta.get("content") or ""
        for link in root.iter("a", "link"):
            if "license" in (link.get("rel") or "").split():
                here["license_url"] = link.get("href") or ""
                here.setdefault("license", " ".join(link.text_content().split()) or here["license_url"])
        found = {key: value for key, value in here.items() if value} | found
    return found


def _parse(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        return html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        return html.Element("html")
