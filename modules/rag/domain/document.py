"""What a reader makes of a textbook, whatever its format: book > section (of a chapter) > block."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final

from modules.rag.values import PassageKind, Term

# Raise it when readers or chunking change what is stored, so that the next import renews every section.
FORMAT_VERSION: Final = 1

_SUBJECT_WORDS: Final = (
    ("biology", ("biology", "anatomy", "physiology", "microbiology", "genetics")),
    ("chemistry", ("chemistry",)),
    ("earth-science", ("earth", "geology", "astronomy", "climate", "oceanography")),
    ("physics", ("physics",)),
    ("mathematics", ("algebra", "calculus", "statistics", "trigonometry", "geometry", "mathematics", "math", "maths")),
    ("history", ("history", "government", "civics")),
)


class BlockForm(StrEnum):
    """How a block is set: prose may be split at sentences, the other forms at lines only."""

    PROSE = "prose"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list, table, equation or example, as plain text."""

    kind: PassageKind
    heading: str
    text: str
    form: BlockForm = BlockForm.PROSE


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage before it has an id."""

    kind: PassageKind
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A teachable section. `key` is unique in its book; `number` such as `4.3`; `objectives_lead` introduces them."""

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
    """What is known of a book before its text is read."""

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
    """A whole book as read."""

    meta: BookMeta
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = field(default=())


def content_hash(section: Section, position: int) -> str:
    """Changes when anything that is stored of the section would change."""
    content = json.dumps([FORMAT_VERSION, position, asdict(section)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def slug_of(title: str) -> str:
    """`Newton's Second Law` -> `newtons-second-law`, as OpenStax builds its addresses."""
    plain = unicodedata.normalize("NFKD", re.sub(r"['’‘`]", "", title)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def subject_of(*names: str) -> str:
    """The subject that a book's slug or title names; `general` when none does."""
    words = {word for name in names for word in re.findall(r"[a-z]+", name.lower())}
    return next((subject for subject, signs in _SUBJECT_WORDS if words & set(signs)), "general")
