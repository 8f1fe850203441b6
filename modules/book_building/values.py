"""The values that book_building speaks of; outside, import them from interface.py."""

from dataclasses import dataclass
from uuid import UUID

from modules.chunking.interface import CutSection, QualityReport
from modules.textbooks.interface import BookMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedBook:
    """A book cut and judged, not yet stored."""

    meta: BookMeta
    sections: tuple[CutSection, ...]
    quality: QualityReport
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedBook:
    """A built book, ready to leave for another library.

    Attributes:
        embedder, dimension: of its vectors.
        vectors: one after the other for every passage in order, little-endian float16; empty when some are missing.
    """

    meta: BookMeta
    sections: tuple[CutSection, ...]
    embedder: str
    dimension: int
    vectors: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A section with its topic and its place in the book, from 0."""

    topic_id: str
    position: int
    cut: CutSection


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """On what terms an edition came in: what the operator named or accepted, and which import builds it."""

    license_allowed_by_name: str
    quality: QualityReport
    quality_accepted: bool
    builder: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An edition in the making. `standing`: topics whose sections are stored."""

    book_id: int
    edition_id: int
    slug: str
    standing: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """A book that serves now. `unchanged`: sections that the edition before held with the same content."""

    slug: str
    title: str
    revision: str
    sections: int
    imported: int
    unchanged: int
    passages: int
    embedded: int
    warnings: tuple[str, ...] = ()
