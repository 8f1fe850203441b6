"""Puts a book together from its parts, whatever format they come from: each part is a CNXML document in its place."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lxml import etree

from modules.textbooks.domain.naming import slug_of
from modules.textbooks.interface import BlockForm, BookDocument, BookMeta, BrokenSourceError, Section, SectionRole
from modules.textbooks.pipeline.cnxml_blocks import ModuleReader, objectives_of

_COUNTED: Final = frozenset(
    "para section link list note figure table exercise definition equation math example".split()  # noqa: SIM905
)


@dataclass(slots=True, kw_only=True)
class Part:
    """A CNXML document in its place, let go as soon as it is read. `chapter`: from 1; 0 outside of chapters."""

    key: str
    title: str
    path: tuple[str, ...]
    chapter: int
    role: SectionRole
    document: etree._Element | None
    subject: str = ""
    number: str = ""


def assemble(
    parts: Sequence[Part], meta: BookMeta, source: Path, warnings: Sequence[str], on_section: Callable[[int, int], None]
) -> BookDocument:
    """The book. Numbers count taught parts; `on_section(done, total)` is called after each of them."""
    links = _numbered(parts)
    total = sum(part.role is SectionRole.TAUGHT for part in parts)
    sections: list[Section] = []
    census: dict[str, dict[str, int]] = {}
    done = 0
    for part in parts:
        found, census[part.key] = _read(part, meta, links)
        sections += found
        if part.role is SectionRole.TAUGHT:
            done += 1
            on_section(done, total)
    taught = tuple(section for section in sections if section.role is SectionRole.TAUGHT)
    left_out = tuple(section for section in sections if section.role is not SectionRole.TAUGHT)
    if not taught:
        message = f"{source} line 1: the book has no section to teach"
        raise BrokenSourceError(message)
    return BookDocument(meta=meta, sections=taught, left_out=left_out, census=census, warnings=tuple(warnings))


def _numbered(parts: Sequence[Part]) -> dict[str, str]:
    """Numbers the parts; what links to them print, by key."""
    taught: Counter[int] = Counter()
    for part in parts:
        if part.role is SectionRole.TAUGHT:
            taught[part.chapter] += 1
            part.number = f"{part.chapter}.{taught[part.chapter]}"
    return {part.key: f"{part.number} {part.title}".strip() for part in parts}


def _read(part: Part, meta: BookMeta, links: Mapping[str, str]) -> tuple[list[Section], dict[str, int]]:
    """A part as sections: itself, and what of it is not taught; and what was counted in it."""
    document, part.document = part.document, None
    if document is None:
        return [], {}
    reader = ModuleReader(links)
    reader.read(document)
    lead, objectives = objectives_of(document)
    blocks = tuple(reader.blocks.pop(SectionRole.TAUGHT, ()))
    terms = reader.terms(document)
    title, number, role = part.title, part.number, part.role
    if role is SectionRole.INTRODUCTION and terms and part.path:
        # Nothing else in the book says what these words mean: it is taught, under the name of its chapter.
        title, number, role = part.path[-1], str(part.chapter), SectionRole.TAUGHT
    elif role is SectionRole.TAUGHT and all(block.form is BlockForm.FIGURE for block in blocks):
        role = SectionRole.FIGURES
    section = Section(
        key=part.key,
        title=title,
        number=number,
        chapter=f"{part.chapter} {part.path[-1] if part.path else ''}".strip() if part.chapter else "",
        subject=part.subject or meta.subject,
        url=_url(meta, part),
        role=role,
        path=part.path,
        objectives_lead=lead,
        objectives=objectives,
        terms=terms,
        blocks=blocks,
    )
    bare = replace(section, objectives_lead="", objectives=(), terms=())
    asides = [
        replace(bare, key=f"{part.key}.{role.value}", role=role, blocks=tuple(found))
        for role, found in reader.blocks.items()
    ]
    return [section, *asides], {name: reader.census[name] for name in sorted(_COUNTED) if reader.census[name]}


def _url(meta: BookMeta, part: Part) -> str:
    """The page of a section: in OpenStax's scheme where the book is theirs, or at our own address."""
    if meta.source_url.startswith("/"):
        return f"{meta.source_url}/{part.key}"
    if not meta.source_url.startswith("https://openstax.org/"):
        return f"{meta.source_url}#{slug_of(part.title)}"
    number = part.number.replace(".", "-") or (str(part.chapter) if part.chapter else "")
    page = f"{number}-{slug_of(part.title)}".strip("-")
    return f"https://openstax.org/books/{meta.slug}/pages/{page}"
