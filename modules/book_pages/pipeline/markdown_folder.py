"""Reads a folder of Markdown files: a folder a chapter, a file a section."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from modules.book_pages.interface import BrokenPageError, PagePart
from modules.book_pages.pipeline.html_folder import read_text

_NO_SECTIONS: Final = frozenset({"readme", "license", "licence", "contributing", "changelog", "attribution"})
_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE: Final = re.compile(r"^([A-Za-z_]+)\s*[:=]\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
_NAMES: Final = {
    "paragraph": "para", "bullet_list": "list", "ordered_list": "list", "list_item": "item", "blockquote": "quote",
    "table": "table", "tr": "row", "th": "entry", "td": "entry", "fence": "code", "code_block": "code",
}  # fmt: skip


def read_markdown(folder: Path, chapters: Sequence[Mapping[str, object]]) -> list[PagePart]:
    """The sections by name, in the chapters that are named, or in the folder itself."""
    return list(_parts(folder, chapters) if chapters else _loose(folder))


def read_front_matter(folder: Path) -> dict[str, str]:
    """What the first page that names a licence says of the book."""
    matters = (front_matter(read_text(path))[0] for path in sorted(folder.glob("*.md")))
    return next((matter for matter in matters if matter.get("license")), {})


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """`key: value` lines between two lines of `---` at the top, and the text after them."""
    found = _FRONT.match(text)
    return (dict(_LINE.findall(found[1])), text[found.end() :]) if found else ({}, text)


def _parts(folder: Path, chapters: Sequence[Mapping[str, object]]) -> Iterator[PagePart]:
    for chapter in chapters:
        path = (folder / str(chapter.get("folder", ""))).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_dir():
            message = (
                f"{folder} line 1: book.toml names the chapter folder {chapter.get('folder')!r}, which is not there"
            )
            raise BrokenPageError(message)
        for page in sorted(path.glob("*.md")):
            yield _part(page, (str(chapter.get("title", path.name)),), str(chapter.get("subject", "")))


def _loose(folder: Path) -> Iterator[PagePart]:
    """Of a folder that nobody arranged, a README is no section, nor is a page of front matter only."""
    for path in sorted(folder.glob("*.md")):
        matter, text = front_matter(read_text(path))
        if path.stem.lower() not in _NO_SECTIONS and (text.strip() or not matter):
            yield _part(path, (), "")


def _part(path: Path, chapter: tuple[str, ...], subject: str) -> PagePart:
    matter, text = front_matter(read_text(path))
    nodes = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text)).children
    nodes = [node for node in nodes if node.type != "html_block"]
    titled = bool(nodes) and nodes[0].tag == "h1"
    title = _title(nodes[0]) if titled else matter.get("title", "")
    if not title:
        message = f"{path} line 1 must start with the section's title, as in '# Photosynthesis'"
        raise BrokenPageError(message)
    if all(node.type == "heading" for node in nodes):
        message = f"{path} line {len(text.splitlines()) or 1}: the section has no text"
        raise BrokenPageError(message)
    return PagePart(
        key=re.sub(r"^\d+[-_. ]*", "", path.stem) or path.stem,
        title=title,
        path=chapter,
        subject=subject,
        markup=etree.tostring(_document(nodes[1:] if titled else nodes), encoding="utf-8"),
    )


def _document(nodes: list[SyntaxTreeNode]) -> Any:
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
    return " ".join((holder.text or "").split())


def _append(node: SyntaxTreeNode, target: Any) -> None:
    """Appends a node with its text; marks leave their text only, HTML leaves nothing."""
    if node.type in _NAMES:
        target = etree.SubElement(target, _NAMES[node.type])
    if node.type == "ordered_list":
        target.set("list-type", "enumerated")
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
