"""Reads a Markdown book: book.toml, a folder a chapter, a file a section, its parts named by their headings."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from modules.textbooks.domain.blocks import block_of
from modules.textbooks.domain.licence import identify
from modules.textbooks.domain.naming import slug_of, subject_of
from modules.textbooks.domain.sentences import clean
from modules.textbooks.interface import Block, BlockKind, BookDocument, BookMeta, BrokenSourceError, Section, Term

_KINDS: Final = (
    (re.compile(r"worked examples?|examples?", re.IGNORECASE), BlockKind.EXAMPLE),
    (re.compile(r"common misconceptions?|misconceptions?", re.IGNORECASE), BlockKind.MISCONCEPTION),
    (re.compile(r"summary|recap|key ideas", re.IGNORECASE), BlockKind.SUMMARY),
)
_OBJECTIVES: Final = re.compile(r"(?:learning )?objectives", re.IGNORECASE)
_TERMS: Final = re.compile(r"key terms|glossary", re.IGNORECASE)
_TERM: Final = re.compile(r"\*{0,2}([^*:]+)\*{0,2}\s*[:–—]\s*\*{0,2}\s*(.+)", re.DOTALL)
_REQUIRED: Final = ("title", "slug", "license")


def is_markdown_book(folder: Path) -> bool:
    """Whether the folder says that it is one."""
    return (folder / "book.toml").is_file()


def read_markdown_book(folder: Path) -> BookDocument:
    """The whole book.

    Raises:
        BrokenSourceError: naming file and line.
    """
    toml = folder / "book.toml"
    settings = _settings(toml)
    meta = _meta(settings, toml)
    sections = []
    for chapter_number, chapter in enumerate(_chapters(settings, toml), start=1):
        chapter_folder = _chapter_folder(folder, chapter, toml)
        for number, path in enumerate(sorted(chapter_folder.glob("*.md")), start=1):
            place = _Place(
                chapter=f"{chapter_number} {chapter.get('title', chapter_folder.name)}",
                number=f"{chapter_number}.{number}",
                subject=str(chapter.get("subject") or meta.subject),
            )
            sections.append(_section(path, meta, place))
    if not sections:
        message = f"{toml} line 1: the book has no section; it needs chapters whose folders hold .md files"
        raise BrokenSourceError(message)
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


def _settings(toml: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(toml.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        message = f"{toml} line {line[1] if line else 1} is not valid TOML: {error}"
        raise BrokenSourceError(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{toml} line 1 cannot be read as UTF-8 text: {error}"
        raise BrokenSourceError(message) from error
    missing = [key for key in _REQUIRED if not isinstance(settings.get(key), str) or not settings[key].strip()]
    if missing:
        message = f"{toml} line 1 lacks {', '.join(missing)}"
        raise BrokenSourceError(message)
    return settings


def _meta(settings: dict[str, Any], toml: Path) -> BookMeta:
    if slug_of(settings["slug"]) != settings["slug"]:
        message = f"{toml} line 1: the slug {settings['slug']!r} may hold lower-case letters, digits and hyphens only"
        raise BrokenSourceError(message)
    licence = str(identify(f"{settings.get('license_url', '')} {settings['license']}"))
    name = licence if licence != "unknown" else settings["license"]
    authors = tuple(str(author) for author in settings.get("authors", ()))
    title, web = settings["title"], str(settings.get("source_url", "")).strip()
    credit = f"Adapted from {title}, {', '.join(authors)}, {name}. {web}"
    return BookMeta(
        slug=settings["slug"],
        title=title,
        edition=str(settings.get("edition", "1")),
        language=str(settings.get("language", "en")),
        subject=str(settings.get("subject") or subject_of(settings["slug"], title)),
        license=name,
        license_url=str(settings.get("license_url", "")),
        authors=authors,
        # A book that is nowhere on the web is read at Vividly's own address of it.
        source_url=web or f"/library/{settings['slug']}",
        attribution=str(settings.get("attribution") or credit.strip()),
    )


def _chapters(settings: dict[str, Any], toml: Path) -> list[dict[str, Any]]:
    chapters = settings.get("chapters", [])
    if not isinstance(chapters, list) or not all(isinstance(chapter, dict) for chapter in chapters):
        message = f"{toml} line 1: chapters must be [[chapters]] tables with folder and title"
        raise BrokenSourceError(message)
    return chapters or [{"folder": ".", "title": settings["title"]}]


def _chapter_folder(folder: Path, chapter: dict[str, Any], toml: Path) -> Path:
    path = (folder / str(chapter.get("folder", ""))).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_dir():
        message = f"{toml} line 1 names the chapter folder {chapter.get('folder')!r}, which is not there"
        raise BrokenSourceError(message)
    return path


def _section(path: Path, meta: BookMeta, place: _Place) -> Section:
    try:
        tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} line 1 cannot be read as UTF-8 text: {error}"
        raise BrokenSourceError(message) from error
    nodes = [node for node in tree.children if node.type != "html_block"]
    if not nodes or nodes[0].type != "heading" or nodes[0].tag != "h1":
        message = f"{path} line 1 must start with the section's title, as in '# Photosynthesis'"
        raise BrokenSourceError(message)
    parts = _parts(nodes[1:])
    if not parts.blocks:
        message = f"{path} line {len(path.read_text(encoding='utf-8').splitlines())}: the section has no text"
        raise BrokenSourceError(message)
    title = _inline(nodes[0])
    key = re.sub(r"^\d+[-_. ]*", "", path.stem) or path.stem
    return Section(
        key=slug_of(key),
        title=title,
        number=place.number,
        chapter=place.chapter,
        subject=place.subject,
        url=_address(meta, slug_of(key)),
        objectives=tuple(parts.objectives),
        terms=tuple(parts.terms),
        blocks=tuple(parts.blocks),
    )


def _address(meta: BookMeta, key: str) -> str:
    separator = "/" if meta.source_url.startswith("/") else "#"
    return f"{meta.source_url}{separator}{key}"


def _parts(nodes: list[SyntaxTreeNode]) -> _Parts:
    parts, heading, kind = _Parts(), "", BlockKind.TEXT
    for node in nodes:
        if node.type == "heading":
            heading = _inline(node)
            kind = next((kind for pattern, kind in _KINDS if pattern.fullmatch(heading)), BlockKind.TEXT)
        elif _OBJECTIVES.fullmatch(heading):
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
    elif node.type == "table":
        rows = (row for row in node.walk() if row.type == "tr")
        text = "\n".join(" | ".join(_inline(cell) for cell in row.children) for row in rows)
    elif node.type in {"fence", "code_block"}:
        text = node.content.strip()
    else:
        return block_of(kind, heading, _inline(node))
    return block_of(kind, heading, text, lines=True)


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
