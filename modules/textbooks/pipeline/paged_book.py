"""Puts a book together that comes in pages of HTML."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from modules.book_files.interface import PagedBook
from modules.book_pages.interface import BookPages, PagePart
from modules.textbooks.domain.naming import slug_of
from modules.textbooks.domain.roles import role_of_title, role_of_words
from modules.textbooks.interface import BookDocument, SectionRole
from modules.textbooks.pipeline.assembly import Part, assemble
from modules.textbooks.pipeline.book_toml import NAME, merged, meta_of, read_toml, require

_OWN: Final = ("title", "edition", "language", "license_url", "authors", "source_url")
_IN_CHAPTERS: Final = frozenset({SectionRole.TAUGHT, SectionRole.INTRODUCTION})


def read_pages(
    book: PagedBook,
    path: Path,
    *,
    toml: Path | None,
    book_pages: BookPages,
    on_section: Callable[[int, int], None],
) -> BookDocument:
    """The whole book, as its side-car `toml` corrects it.

    Raises:
        BrokenSourceError, BookPagesError: it has no title, no licence, or nothing to teach.
    """
    own = {key: getattr(book, key) for key in _OWN} | {"license": book.license or book.license_url}
    said, warnings = merged(own, read_toml(toml), toml)
    place = toml or (path / NAME if path.is_dir() else path.with_name(f"{path.name}.toml"))
    require(said, ("title", "license"), source=path, toml=place)
    parts = list(_parts(book_pages.parts(book, name=str(path))))
    return assemble(parts, meta_of(said, place), path, [*book.warnings, *warnings], on_section)


def _parts(pages: list[PagePart]) -> Iterator[Part]:
    chapters: dict[tuple[str, ...], int] = {}
    keys: Counter[str] = Counter()
    for page in pages:
        role = _role_of(page)
        title = page.title or (page.path[-1] if page.path else "")
        key = slug_of(title) or "section"
        keys[key] += 1
        yield Part(
            key=key if keys[key] == 1 else f"{key}-{keys[key]}",
            title=title,
            path=page.path,
            chapter=chapters.setdefault(page.path, len(chapters) + 1) if role in _IN_CHAPTERS else 0,
            role=role,
            document=etree.fromstring(page.markup),
        )


def _role_of(page: PagePart) -> SectionRole:
    """By its marks, its title, and the titles above it: what stands under an appendix is part of it."""
    above = (role for title in page.path if (role := role_of_title(title)) is not SectionRole.INTRODUCTION)
    named = (role_of_words(page.marks), role_of_title(page.title), *above)
    return next(filter(None, named), SectionRole.INTRODUCTION if page.opens else SectionRole.TAUGHT)
