"""The one document model that every format is read into: book > section (of a chapter) > block."""

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What part a block plays in its section."""

    TEXT = "text"
    EXAMPLE = "example"
    NOTE = "note"
    MISCONCEPTION = "misconception"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list, table or equation, as plain text.

    Attributes:
        heading: of the part of the section that it stands in, or empty.
        parts: the sentences of a paragraph, or the lines of a list or table; never empty. List items begin with
            `- ` or a number, cells are divided by ` | `.
        lines: whether the parts are lines.
    """

    kind: BlockKind
    heading: str
    parts: tuple[str, ...]
    lines: bool = False

    @property
    def text(self) -> str:
        """The parts, joined by spaces or line breaks."""
        return ("\n" if self.lines else " ").join(self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A glossary entry of a section."""

    term: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A teachable section.

    Attributes:
        key: unique in its book, stable between editions.
        number: such as `4.3`. chapter: number and title, such as `4 Forces`.
        subject: `physics`, `chemistry`, `biology`, `earth-science`, `mathematics`, `history` or `general`.
        url: where a reader can open the section.
        objectives_lead: the line that introduces the objectives in the book, or empty.
    """

    key: str
    title: str
    number: str
    chapter: str
    subject: str
    url: str
    objectives_lead: str = ""
    objectives: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMeta:
    """What a book says of itself. `attribution`: the line to show with every derived lesson."""

    slug: str
    title: str
    edition: str
    language: str
    subject: str
    license: str
    license_url: str
    authors: tuple[str, ...]
    source_url: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDocument:
    """A whole book as read, its teachable sections in order."""

    meta: BookMeta
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
