"""Reads a Markdown book: a folder a chapter, a file a section, its parts named by their headings."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from modules.textbooks.domain.naming import slug_of
from modules.textbooks.domain.sentences import clean
from modules.textbooks.interface import BookDocument, BrokenSourceError, SectionRole
from modules.textbooks.pipeline.assembly import Part, assemble
from modules.textbooks.pipeline.book_toml import NAME, front_matter, meta_of, read_text, read_toml, require

_NO_SECTIONS: Final = frozenset({"readme", "license", "licence", "contributing", "changelog", "attribution"})
_NAMES: Final = {
    "paragraph": "para", "bullet_list": "list", "ordered_list": "list", "list_item": "item", "blockquote": "quote",
    "table": "table", "tr": "row", "th": "entry", "td": "entry", "fence": "code", "code_block": "code",
}  # fmt: skip


def read_markdown_book(folder: Path, on_section: Callable[[int, int], None]) -> BookDocument:
    """The whole book.

    Raises:
        BrokenSourceError: naming file and line.
    """
    toml = folder / NAME
    said = _said(folder, toml)
    meta = meta_of(said, toml)
    return assemble(list(_parts(said, folder, toml)), meta, toml, (), on_section)


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


def _parts(said: dict[str, Any], folder: Path, toml: Path) -> Iterator[Part]:
    for number, chapter in enumerate(_chapters(said, toml), start=1):
        path = (folder / str(chapter.get("folder", ""))).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_dir():
            message = f"{toml} line 1 names the chapter folder {chapter.get('folder')!r}, which is not there"
            raise BrokenSourceError(message)
        title = str(chapter.get("title", path.name))
        for page in _pages(path, chosen="chapters" in said):
            yield _part(page, title, number, str(chapter.get("subject", "")))


def _chapters(said: dict[str, Any], toml: Path) -> list[dict[str, Any]]:
    """The chapters that are named, or the whole folder as one."""
    chapters = said.get("chapters", [])
    if not isinstance(chapters, list) or not all(isinstance(chapter, dict) for chapter in chapters):
        message = f"{toml} line 1: chapters must be [[chapters]] tables with folder and title"
        raise BrokenSourceError(message)
    return chapters or [{"folder": ".", "title": said["title"]}]


def _pages(folder: Path, *, chosen: bool) -> list[Path]:
    """Pages by name. In a folder that nobody chose, a README is not one, nor is a page of front matter only."""
    paths = sorted(folder.glob("*.md"))
    loose = [path for path in paths if path.stem.lower() not in _NO_SECTIONS]
    return paths if chosen else [path for path in loose if front_matter(text := read_text(path))[1].strip() or not text]


def _part(path: Path, chapter: str, number: int, subject: str) -> Part:
    matter, text = front_matter(read_text(path))
    nodes = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text)).children
    nodes = [node for node in nodes if node.type != "html_block"]
    titled = bool(nodes) and nodes[0].tag == "h1"
    title = _title(nodes[0]) if titled else str(matter.get("title", ""))
    if not title:
        message = f"{path} line 1 must start with the section's title, as in '# Photosynthesis'"
        raise BrokenSourceError(message)
    if all(node.type == "heading" for node in nodes):
        message = f"{path} line {len(text.splitlines()) or 1}: the section has no text"
        raise BrokenSourceError(message)
    return Part(
        key=slug_of(re.sub(r"^\d+[-_. ]*", "", path.stem) or path.stem),
        title=title,
        path=(chapter,),
        chapter=number,
        role=SectionRole.TAUGHT,
        document=_document(nodes[1:] if titled else nodes),
        subject=subject,
    )


def _document(nodes: list[SyntaxTreeNode]) -> etree._Element:
    """A CNXML module; every heading begins a section of its own."""
    document = etree.Element("document")
    content = part = etree.SubElement(document, "content")
    for node in nodes:
        if node.type == "heading":
            part = etree.SubElement(content, "section")
            etree.SubElement(part, "title").text = _title(node)
        else:
            _append(node, part)
    return document


def _title(node: SyntaxTreeNode) -> str:
    holder = etree.Element("title")
    _append(node, holder)
    return clean(holder.text or "")


def _append(node: SyntaxTreeNode, target: etree._Element) -> None:
    """Appends a node with its text; marks leave their text only, HTML leaves nothing."""
    if node.type in _NAMES:
        made = etree.SubElement(target, _NAMES[node.type])
        if node.type == "ordered_list":
            made.set("list-type", "enumerated")
        target = made
    if node.type == "image":
        etree.SubElement(target, "media", {"alt": node.content})
    elif node.type in {"text", "code_inline", "fence", "code_block", "softbreak", "hardbreak"}:
        text = " " if node.type.endswith("break") else node.content
        if len(target):
            target[-1].tail = (target[-1].tail or "") + text
        else:
            target.text = (target.text or "") + text
    else:
        for child in node.children:
            _append(child, target)
