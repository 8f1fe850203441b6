"""A folder of HTML files as a book in pages: their order, and what they say of the book."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from modules.book_files.interface import Page, PagedBook
from modules.book_pages.interface import BrokenPageError

_SUFFIXES: Final = frozenset({".html", ".xhtml", ".htm"})
_LISTS: Final = ("nav", "toc", "index", "contents")
_MOST_BYTES: Final = 50_000_000
_CHARSET: Final = re.compile(rb"charset=[\"']?([\w-]+)|encoding=[\"']([\w-]+)", re.IGNORECASE)
_FACTS: Final = {
    **dict.fromkeys(("license", "licence", "dc.rights", "dcterms.license", "dcterms.rights"), "license"),
    **dict.fromkeys(("author", "dc.creator"), "author"),
}


def read_folder(folder: Path, order: Sequence[str]) -> PagedBook:
    """The book."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    texts = {path: _page(path) for path in paths}
    missing = next((name for name in order if folder / name not in texts), None)
    if missing is not None:
        message = f"{folder} line 1: the page {missing!r} is named, and not there"
        raise BrokenPageError(message)
    lists = [path for name in _LISTS for path in paths if path.stem.lower() == name]
    linked = _linked(lists[0], folder, texts) if lists else []
    pages = [folder / name for name in order] or linked or paths
    facts = _facts(texts[path] for path in dict.fromkeys([*lists, *pages, *paths]))
    return PagedBook(
        title=facts.get("title", ""),
        edition="",
        language=facts.get("language", ""),
        license=facts.get("license", ""),
        license_url=facts.get("license_url", ""),
        authors=tuple(filter(None, [facts.get("author")])),
        pages=tuple(Page(name=path.relative_to(folder).as_posix(), markup=texts[path]) for path in pages),
    )


def _page(path: Path) -> str:
    text = read_text(path)
    if not text.strip():
        message = f"{path} line 1 is empty"
        raise BrokenPageError(message)
    return text


def read_text(path: Path) -> str:
    """A text file, in the encoding that an HTML file names, else UTF-8.

    Raises:
        BrokenPageError: it is too large, or no text in that encoding.
    """
    if path.stat().st_size > _MOST_BYTES:
        message = f"{path} line 1 is larger than {_MOST_BYTES:,} bytes"
        raise BrokenPageError(message)
    source = path.read_bytes()
    named = _CHARSET.search(source[:1024]) if path.suffix.lower() in _SUFFIXES else None
    encoding = (named[1] or named[2]).decode("ascii") if named else "UTF-8"
    try:
        return source.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n")
    except (LookupError, UnicodeDecodeError) as error:
        line = source.count(b"\n", 0, getattr(error, "start", 0)) + 1
        message = f"{path} line {line} is not text in {encoding}: {error}"
        raise BrokenPageError(message) from error


def _linked(page: Path, folder: Path, texts: Mapping[Path, str]) -> list[Path]:
    """The pages that a list of contents leads to, in its order."""
    hrefs = (urlsplit(link.get("href") or "") for link in _parse(texts[page]).iter("a"))
    paths = ((page.parent / unquote(href.path)).resolve() for href in hrefs if href.path and not href.scheme)
    inside = [folder / path.relative_to(folder.resolve()) for path in paths if path.is_relative_to(folder.resolve())]
    return [path for path in dict.fromkeys(inside) if path in texts and path != page]


def _facts(texts: Iterable[str]) -> dict[str, str]:
    """What the pages say of the book, the first one that says it."""
    found: dict[str, str] = {}
    for text in texts:
        root = _parse(text)
        here = {"title": (root.findtext(".//title") or "").strip(), "language": root.get("lang") or ""}
        for meta in root.iter("meta"):
            fact = _FACTS.get((meta.get("name") or meta.get("property") or "").lower(), "")
            here |= {fact: meta.get("content") or ""} if fact else {}
        for link in root.iter("a", "link"):
            if "license" in (link.get("rel") or "").split():
                here["license_url"] = link.get("href") or ""
        found = {key: value for key, value in here.items() if value} | found
    return found


def _parse(text: str) -> Any:
    try:
        return html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except etree.ParserError:
        return etree.Element("html")
