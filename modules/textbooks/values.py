"""The one document model that every format is read into: book > section (of a chapter) > block."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class BlockKind(StrEnum):
    """What part a block plays in its section."""

    TEXT = "text"
    EXAMPLE = "example"
    NOTE = "note"
    MISCONCEPTION = "misconception"
    SUMMARY = "summary"


class BlockForm(StrEnum):
    """How a block is written."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    EQUATION = "equation"
    DEFINITION = "definition"
    QUOTE = "quote"
    CODE = "code"
    FIGURE = "figure"


class SectionRole(StrEnum):
    """What a section is for. FIGURES: it holds pictures and no text."""

    TAUGHT = "taught"
    INTRODUCTION = "introduction"
    PREFACE = "preface"
    APPENDIX = "appendix"
    PRACTICE = "practice"
    REVIEW = "review"
    ANSWER_KEY = "answer_key"
    PREREQUISITES = "prerequisites"
    GLOSSARY = "glossary"
    REFERENCES = "references"
    INDEX = "index"
    CONTENTS = "contents"
    COPYRIGHT = "copyright"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula in a block.

    Attributes:
        text: as it stands in the block's text, such as `10^-3`.
        mathml: `<math xmlns="http://www.w3.org/1998/Math/MathML">...`, without prefixes.
    """

    text: str
    mathml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list, table or equation, as plain text.

    Attributes:
        form: FIGURE leans on a picture: its alt text, its caption, sentences about it.
        heading: of the part of the section that it stands in, or empty.
        parts: the sentences of a paragraph, or the lines of a list or table; never empty. List items begin with
            `- ` or a number, cells are divided by ` | `.
        lines: whether the parts are lines.
    """

    kind: BlockKind
    heading: str
    parts: tuple[str, ...]
    form: BlockForm = BlockForm.PARAGRAPH
    lines: bool = False
    formulas: tuple[Formula, ...] = ()

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
    """A section.

    Attributes:
        key: unique in its book, stable between editions.
        number: such as `4.3`. chapter: number and title, such as `4 Forces`. Either may be empty.
        path: titles of the parts that it stands in, the outermost first.
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
    role: SectionRole = SectionRole.TAUGHT
    path: tuple[str, ...] = ()
    objectives_lead: str = ""
    objectives: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMeta:
    """What a book says of itself.

    Attributes:
        attribution: the line to show with every derived lesson.
        license_allowed_by_name: the licence is not a free one, and the operator named it.
    """

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
    license_allowed_by_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDocument:
    """A whole book as read.

    Attributes:
        sections: those that are taught, in order.
        left_out: the others, and what of taught ones is for practice or reference. Teacher notes and answers are
            in neither.
        census: by key, in the order of the book, how many elements of each kind the reader met.
    """

    meta: BookMeta
    sections: tuple[Section, ...]
    left_out: tuple[Section, ...] = ()
    census: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
