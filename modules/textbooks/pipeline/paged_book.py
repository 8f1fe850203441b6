"""Puts a book together that comes in pages of HTML or Markdown."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lxml import etree

from modules.book_files.interface import PagedBook
from modules.book_pages.interface import BookPages, PagePart
from modules.textbooks.domain.naming import slug_of
from modules.textbooks.domain.roles import role_of_title, role_of_words
from modules.textbooks.interface import BookDocument, BrokenSourceError, SectionRole
from modules.textbooks.pipeline.assembly import Part, assemble
from modules.textbooks.pipeline.book_toml import NAME, merged, meta_of, read_toml, require

_OWN: Final = ("title", "edition", "language", "license_url", "authors", "source_url")
_IN_CHAPTERS: Final = frozenset({SectionRole.TAUGHT, SectionRole.INTRODUCTION})


def read_pages(
    book: PagedBook, path: Path, toml: Path | None, book_pages: BookPages, on_section: Callable[[int, int], None]
) -> BookDocument:
    """A book in pages of HTML, as its side-car `toml` corrects it."""
    own = {key: getattr(book, key) for key in _OWN} | {"license": book.license or book.license_url}
    said, warnings = merged(own, read_toml(toml), toml)
    place = toml or (path / NAME if path.is_dir() else path.with_name(f"{path.name}.toml"))
    require(said, ("title", "license"), source=path, toml=place)
    parts = list(_parts((page, _role_of(page)) for page in book_pages.parts(book, name=str(path))))
    return assemble(parts, meta_of(said, place), path, [*book.warnings, *warnings], on_section)


def read_markdown(
    folder: Path, toml: Path | None, book_pages: BookPages, on_section: Callable[[int, int], None]
) -> BookDocument:
    """A book in Markdown files, all of which are taught. Raises as read_pages does."""
    place = toml or folder / NAME
    said, warnings = merged({}, read_toml(toml) or book_pages.front_matter(folder), toml)
    require(said, ("title", "slug", "license") if toml else ("title", "license"), source=toml or folder, toml=place)
    chapters: Any = said.get("chapters", [])
    if not isinstance(chapters, list) or not all(isinstance(chapter, dict) for chapter in chapters):
        message = f"{place} line 1: chapters must be [[chapters]] tables with folder and title"
        raise BrokenSourceError(message)
    meta = meta_of(said, place)
    pages = (replace(page, path=page.path or (meta.title,)) for page in book_pages.markdown(folder, chapters=chapters))
    return assemble(list(_parts((page, SectionRole.TAUGHT) for page in pages)), meta, place, warnings, on_section)


def _parts(pages: Iterable[tuple[PagePart, SectionRole]]) -> Iterator[Part]:
    chapters: dict[tuple[str, ...], int] = {}
    keys: Counter[str] = Counter()
    for page, role in pages:
        title = page.title or (page.path[-1] if page.path else "")
        key = slug_of(page.key or title) or "section"
        keys[key] += 1
        yield Part(
            key=key if keys[key] == 1 else f"{key}-{keys[key]}",
            title=title,
            path=page.path,
            chapter=chapters.setdefault(page.path, len(chapters) + 1) if role in _IN_CHAPTERS else 0,
            role=role,
            document=etree.fromstring(page.markup),
            subject=page.subject,
        )


def _role_of(page: PagePart) -> SectionRole:
    """By its marks, its title, and the titles above it: what stands under an appendix is part of it."""
    above = (role for title in page.path if (role := role_of_title(title)) is not SectionRole.INTRODUCTION)
    named = (role_of_words(page.marks), role_of_title(page.title), *above)
    return next(filter(None, named), SectionRole.INTRODUCTION if page.opens else SectionRole.TAUGHT)
