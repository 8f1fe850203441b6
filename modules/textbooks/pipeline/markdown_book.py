"""Reads a Markdown book: a folder a chapter, a file a section, its parts named by their headings."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from modules.textbooks.domain.blocks import block_of
from modules.textbooks.domain.naming import slug_of
from modules.textbooks.domain.roles import kind_of_title, names_objectives
from modules.textbooks.domain.sentences import clean
from modules.textbooks.interface import (
    Block,
    BlockForm,
    BlockKind,
    BookDocument,
    BookMeta,
    BrokenSourceError,
    Section,
    Term,
)
from modules.textbooks.pipeline.book_toml import NAME, address, front_matter, meta_of, read_text, read_toml, require

_TERMS: Final = re.compile(r"key terms|glossary", re.IGNORECASE)
_TERM: Final = re.compile(r"\*{0,2}([^*:]+)\*{0,2}\s*[:–—]\s*\*{0,2}\s*(.+)", re.DOTALL)
_NO_SECTIONS: Final = frozenset({"readme", "license", "licence", "contributing", "changelog", "attribution"})
_FORMS: Final = {
    "table": BlockForm.TABLE,
    "fence": BlockForm.CODE,
    "code_block": BlockForm.CODE,
    "blockquote": BlockForm.QUOTE,
}


def read_markdown_book(folder: Path) -> BookDocument:
    """The whole book.

    Raises:
        BrokenSourceError: naming file and line.
    """
    toml = folder / NAME
    said = _said(folder, toml)
    meta = meta_of(said, toml)
    sections = []
    for chapter_number, chapter in enumerate(_chapters(said, folder, toml), start=1):
        chapter_folder = _chapter_folder(folder, chapter, toml)
        for number, path in enumerate(_pages(chapter_folder, chosen="chapters" in said), start=1):
            place = _Place(
                chapter=f"{chapter_number} {chapter.get('title', chapter_folder.name)}",
                number=f"{chapter_number}.{number}",
                subject=str(chapter.get("subject") or meta.subject),
            )
            sections.append(_section(path, meta, place))
    if not sections:
        message = f"{toml} line 1: the book has no section; it needs chapters whose folders hold .md files"
        raise BrokenSourceError(message)
    if "chapters" not in said:
        _refuse_twins(sections, folder)
    return BookDocument(meta=meta, sections=tuple(sections))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    chapter: str
    number: str
    subject: str


@dataclass(slots=True)
class _Parts:
    objectives: list[str] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def _said(folder: Path, toml: Path) -> dict[str, Any]:
    """What book.toml says, or the front matter of the first page that names a licence."""
    if toml.is_file():
        said = read_toml(toml)
        require(said, ("title", "slug", "license"), source=toml, toml=toml)
        return said
    matters = (front_matter(read_text(path))[0] for path in sorted(folder.glob("*.md")))
    said = next((matter for matter in matters if matter.get("license")), {})
    require(said, ("title", "license"), source=folder, toml=toml)
    return said


def _chapters(said: dict[str, Any], folder: Path, toml: Path) -> list[dict[str, Any]]:
    """The chapters that are named; else the folder itself, and each folder in it."""
    chapters = said.get("chapters", [])
    if not isinstance(chapters, list) or not all(isinstance(chapter, dict) for chapter in chapters):
        message = f"{toml} line 1: chapters must be [[chapters]] tables with folder and title"
        raise BrokenSourceError(message)
    if chapters:
        return chapters
    inner = [path for path in sorted(folder.iterdir()) if path.is_dir() and _pages(path, chosen=False)]
    found = [{"folder": path.name, "title": re.sub(r"^\d+[-_. ]*|[-_]", " ", path.name).strip()} for path in inner]
    return [{"folder": ".", "title": said["title"]}, *found] if _pages(folder, chosen=False) or not found else found


def _chapter_folder(folder: Path, chapter: dict[str, Any], toml: Path) -> Path:
    path = (folder / str(chapter.get("folder", ""))).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_dir():
        message = f"{toml} line 1 names the chapter folder {chapter.get('folder')!r}, which is not there"
        raise BrokenSourceError(message)
    return path


def _pages(folder: Path, *, chosen: bool) -> list[Path]:
    """Pages by name. In a folder that nobody chose, a README is not one, nor is a page of front matter only."""
    paths = sorted(folder.glob("*.md"))
    if chosen:
        return paths
    return [path for path in paths if path.stem.lower() not in _NO_SECTIONS and _has_text(path)]


def _has_text(path: Path) -> bool:
    matter, text = front_matter(read_text(path))
    return bool(text.strip()) or not matter


def _refuse_twins(sections: list[Section], folder: Path) -> None:
    twins = [key for key, times in Counter(section.key for section in sections).items() if times > 1]
    if twins:
        message = f"{folder} line 1: two sections are called {twins[0]!r}; rename one of the files"
        raise BrokenSourceError(message)


def _section(path: Path, meta: BookMeta, place: _Place) -> Section:
    matter, text = front_matter(read_text(path))
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text))
    nodes = [node for node in tree.children if node.type != "html_block"]
    titled = bool(nodes) and nodes[0].type == "heading" and nodes[0].tag == "h1"
    title = _inline(nodes[0]) if titled else str(matter.get("title", ""))
    if not title:
        message = f"{path} line 1 must start with the section's title, as in '# Photosynthesis'"
        raise BrokenSourceError(message)
    parts = _parts(nodes[1:] if titled else nodes)
    if not parts.blocks:
        message = f"{path} line {len(text.splitlines())}: the section has no text"
        raise BrokenSourceError(message)
    key = slug_of(re.sub(r"^\d+[-_. ]*", "", path.stem) or path.stem)
    return Section(
        key=key,
        title=title,
        number=place.number,
        chapter=place.chapter,
        subject=place.subject,
        url=address(meta, key),
        path=(place.chapter.partition(" ")[2],),
        objectives=tuple(parts.objectives),
        terms=tuple(parts.terms),
        blocks=tuple(parts.blocks),
    )


def _parts(nodes: list[SyntaxTreeNode]) -> _Parts:
    parts, heading, kind = _Parts(), "", BlockKind.TEXT
    for node in nodes:
        if node.type == "heading":
            heading = _inline(node)
            kind = kind_of_title(heading) or BlockKind.TEXT
        elif names_objectives(heading):
            parts.objectives += _items(node)
        elif _TERMS.fullmatch(heading):
            parts.terms += list(_terms(node))
        else:
            parts.blocks += _block(node, kind, heading)
    return parts


def _block(node: SyntaxTreeNode, kind: BlockKind, heading: str) -> list[Block]:
    if node.type in {"bullet_list", "ordered_list"}:
        mark = "- {}" if node.type == "bullet_list" else "{at}. {}"
        text = "\n".join(mark.format(item, at=at) for at, item in enumerate(_items(node), start=1))
        return block_of(kind, heading, text, BlockForm.LIST)
    form = _FORMS.get(node.type, BlockForm.PARAGRAPH)
    if form is BlockForm.TABLE:
        rows = (row for row in node.walk() if row.type == "tr")
        text = "\n".join(" | ".join(_inline(cell) for cell in row.children) for row in rows)
    else:
        text = node.content.strip() if form is BlockForm.CODE else _inline(node)
    return block_of(kind, heading, text, form)


def _items(node: SyntaxTreeNode) -> list[str]:
    if node.type not in {"bullet_list", "ordered_list"}:
        return [_inline(node)]
    return [_inline(item) for item in node.children]


def _terms(node: SyntaxTreeNode) -> Iterator[Term]:
    for item in _items(node):
        if found := _TERM.fullmatch(item):
            yield Term(term=found[1].strip(), definition=found[2].strip())


def _inline(node: SyntaxTreeNode) -> str:
    """The text of a node, marks dropped, HTML left out."""
    words = []
    for part in node.walk():
        if part.type in {"text", "code_inline"}:
            words.append(part.content)
        elif part.type in {"softbreak", "hardbreak", "paragraph"}:
            words.append(" ")
    return clean("".join(words)).replace("\n", " ")
