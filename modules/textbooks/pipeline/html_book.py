"""Turns a book in pages of HTML into the document model, its chapters and sections found by their headings."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Final

from modules.book_files.interface import Page, PagedBook
from modules.textbooks.domain.naming import slug_of
from modules.textbooks.domain.roles import kind_of_title, names_objectives, role_of_title, role_of_words
from modules.textbooks.interface import (
    Block,
    BlockForm,
    BlockKind,
    BookDocument,
    BookMeta,
    BrokenSourceError,
    Section,
    SectionRole,
    Term,
)
from modules.textbooks.pipeline.book_toml import NAME, address, merged, meta_of, require
from modules.textbooks.pipeline.html_text import Item, items_of

_FEW_WORDS: Final = 150
_MANY_WORDS: Final = 4_000
_USUAL_WORDS: Final = 1_000
_NEAR: Final = 0.05
_INTRODUCTION: Final = SectionRole.INTRODUCTION
_LEVELS: Final = (1, 2, 3, 4)
# A heading that names exercises, answers or references ends where a heading of its level stands.
_NO_TOPIC: Final = frozenset(SectionRole) - {SectionRole.TAUGHT, SectionRole.FIGURES}


@dataclass(slots=True, kw_only=True)
class _Part:
    """What stands under one heading down to the level of sections."""

    title: str
    path: tuple[str, ...]
    level: int
    role: SectionRole
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Contents:
    """What a section is made of, by the role of each part."""

    blocks: dict[SectionRole, list[Block]] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    objectives: list[str] = field(default_factory=list)


def read_pages(
    book: PagedBook, path: Path, beside: Mapping[str, Any], toml: Path | None, on_section: Callable[[int, int], None]
) -> BookDocument:
    """The whole book. `beside`: what its side-car says. `on_section(done, total)` counts taught sections.

    Raises:
        BrokenSourceError: it has no title, no licence, or nothing to teach.
    """
    meta, warnings = _meta(book, path, beside, toml)
    pages = [(page, items_of(page.markup, f"{path.name}: {page.name}")) for page in book.pages]
    level = section_level([item for page, items in pages if not _page_role(page) for item in items])
    parts = [part for page, items in pages for part in _parts(page, items, level)]
    sections, left_out = _sections(_with_chapters(parts, level), meta)
    if not sections:
        message = f"{path} line 1: the book has no section to teach"
        raise BrokenSourceError(message)
    for done in range(1, len(sections) + 1):
        on_section(done, len(sections))
    warnings = (*book.warnings, *warnings)
    return BookDocument(meta=meta, sections=tuple(sections), left_out=tuple(left_out), warnings=warnings)


def section_level(items: list[Item]) -> int:
    """The level of headings whose parts have the length of a section."""
    rated = {}
    for level in _LEVELS:
        sizes = _sizes(items, level)
        if any(item.level == level for item in items) and sum(sizes):
            fitting = sum([size for size in sizes if _FEW_WORDS <= size <= _MANY_WORDS]) / sum(sizes)
            rated[level] = (fitting, -abs(math.log(median(size for size in sizes if size) / _USUAL_WORDS)))
    if not rated:
        return 1
    best = max(fitting for fitting, _ in rated.values())
    near = {level: usual for level, (fitting, usual) in rated.items() if fitting >= best - _NEAR}
    return max(near, key=lambda level: near[level])


def _sizes(items: list[Item], level: int) -> list[int]:
    sizes = [0]
    for item in items:
        if 0 < item.level <= level:
            sizes.append(0)
        elif item.block and item.block.form is not BlockForm.FIGURE and item.role is None:
            sizes[-1] += len(item.block.text.split())
    return sizes


def _meta(
    book: PagedBook, path: Path, beside: Mapping[str, Any], toml: Path | None
) -> tuple[BookMeta, tuple[str, ...]]:
    own = {
        "title": book.title,
        "edition": book.edition,
        "language": book.language,
        "license": book.license or book.license_url,
        "license_url": book.license_url,
        "authors": book.authors,
        "source_url": book.source_url,
    }
    said, warnings = merged(own, beside, toml)
    place = toml or (path / NAME if path.is_dir() else path.with_name(f"{path.name}.toml"))
    require(said, ("title", "license"), source=path, toml=place)
    return meta_of(said, place), tuple(warnings)


def _page_role(page: Page) -> SectionRole | None:
    return role_of_words(page.role.lower().split())


def _parts(page: Page, items: list[Item], level: int) -> Iterator[_Part]:
    """The parts of a page; what stands before its first heading belongs to none but itself."""
    role = _page_role(page)
    part = _Part(title="", path=(), level=level, role=role or SectionRole.TAUGHT)
    for item in items:
        if not 0 < item.level <= level:
            part.items.append(item)
            continue
        if part.title or any(item.block for item in part.items):
            yield part
        named = role or item.role or role_of_title(item.title)
        part = _Part(
            title=item.title, path=(), level=item.level, role=named if named in _NO_TOPIC else SectionRole.TAUGHT
        )
    yield part


def _with_chapters(parts: list[_Part], level: int) -> list[_Part]:
    """The parts with the headings above each; a chapter's own text before its first section introduces it."""
    above: list[_Part] = []
    for part, after in zip(parts, [*parts[1:], None], strict=True):
        above = [chapter for chapter in above if chapter.level < part.level]
        part.path = tuple(chapter.title for chapter in above if chapter.title)
        opens = part.level < level and after is not None and after.level > part.level
        if part.role is SectionRole.TAUGHT:
            # What stands under an appendix is part of it.
            outer = next((chapter.role for chapter in above if chapter.role in _NO_TOPIC - {_INTRODUCTION}), None)
            part.role = outer or (_INTRODUCTION if opens else SectionRole.TAUGHT)
        above.append(part)
    return parts


def _sections(parts: list[_Part], meta: BookMeta) -> tuple[list[Section], list[Section]]:
    taught: list[Section] = []
    left_out: list[Section] = []
    chapters: dict[tuple[str, ...], int] = {}
    numbers: Counter[int] = Counter()
    keys: Counter[str] = Counter()
    for part in parts:
        found = _contents(part)
        blocks = found.blocks.pop(SectionRole.TAUGHT, [])
        if not blocks and not found.blocks and not found.terms:
            continue
        role = part.role
        if role is SectionRole.TAUGHT and all(block.form is BlockForm.FIGURE for block in blocks):
            role = next(iter(found.blocks), SectionRole.GLOSSARY if found.terms else SectionRole.FIGURES)
        number = chapter = ""
        if role is SectionRole.TAUGHT:
            at = chapters.setdefault(part.path, len(chapters) + 1)
            numbers[at] += 1
            number, chapter = f"{at}.{numbers[at]}", f"{at} {part.path[-1] if part.path else meta.title}"
        key = _key(part, keys)
        section = Section(
            key=key,
            title=part.title or meta.title,
            number=number,
            chapter=chapter,
            subject=meta.subject,
            url=address(meta, key),
            role=role,
            path=part.path,
            objectives=tuple(dict.fromkeys(found.objectives)),
            terms=tuple(found.terms.values()),
            blocks=tuple(blocks),
        )
        (taught if role is SectionRole.TAUGHT else left_out).append(section)
        for aside, kept in found.blocks.items():
            left_out.append(
                replace(section, key=f"{key}.{aside.value}", role=aside, objectives=(), terms=(), blocks=tuple(kept))
            )
    return taught, left_out


def _key(part: _Part, keys: Counter[str]) -> str:
    key = slug_of(part.title) or "section"
    keys[key] += 1
    return key if keys[key] == 1 else f"{key}-{keys[key]}"


def _contents(part: _Part) -> _Contents:
    """Blocks under the headings inside a section; answers are dropped."""
    found = _Contents()
    heading, kind, aside, depth = "", kind_of_title(part.title), None, 0
    for item in part.items:
        if item.level:
            heading, kind = item.title, kind_of_title(item.title)
            if aside is None or item.level <= depth:
                aside, depth = role_of_title(item.title), item.level
        elif item.objective or (names_objectives(heading) and item.block):
            found.objectives += [item.objective] if item.objective else _objectives(item.block)
        elif item.term:
            found.terms[item.term.term] = item.term
        elif item.block and aside is not SectionRole.ANSWER_KEY:
            role = item.role or (aside if aside in _NO_TOPIC else SectionRole.TAUGHT)
            own = item.block.kind if item.block.kind is not BlockKind.TEXT or kind is None else kind
            found.blocks.setdefault(role, []).append(replace(item.block, heading=heading, kind=own))
    return found


def _objectives(block: Block | None) -> list[str]:
    parts = block.parts if block else ()
    return [part.removeprefix("- ").strip() for part in parts if not part.endswith(":")]
