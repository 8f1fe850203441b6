"""chunking: cuts a section of a textbook into passages that can be found and cited.

Depends on: kernel, textbooks. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from modules.textbooks.interface import Formula, Section


class PassageKind(StrEnum):
    """What part a passage plays in its section."""

    OBJECTIVES = "objectives"
    TEXT = "text"
    EXAMPLE = "example"
    NOTE = "note"
    MISCONCEPTION = "misconception"
    SUMMARY = "summary"
    GLOSSARY = "glossary"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage before it has an id.

    Attributes:
        text: plain, 1 to 4,000 characters, whole sentences.
        formulas: those that stand in the text; two passages with the same words are the same.
    """

    kind: PassageKind
    heading: str
    text: str
    formulas: tuple[Formula, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSection:
    """A section ready to be stored.

    Attributes:
        section: without its blocks. words: of its teachable text.
        content_hash: SHA-256 in hexadecimal; changes when its content changes, not when it moves in the book.
    """

    section: Section
    words: int
    content_hash: str
    drafts: tuple[PassageDraft, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What a book's passages are worth, before anybody searches them.

    Attributes:
        passages, sections: how many there are.
        empty, duplicated, too_short, too_long, garbled: shares of the passages, 0.0 to 1.0. Too short is under 20
            words (objectives and glossary excepted), too long over 400, duplicated the same text as an earlier one.
        without_objectives, without_text: sections.
        worst: (topic key, what is wrong and how it begins), at most 8.
        reasons: why it failed, a sentence with its figures each; empty when it passed.
    """

    passages: int
    sections: int
    empty: float
    duplicated: float
    too_short: float
    too_long: float
    garbled: float
    without_objectives: int
    without_text: int
    worst: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the book may serve without somebody's word."""
        return not self.reasons


class Chunking(Protocol):
    """Cuts sections."""

    @abstractmethod
    def cut(self, section: Section) -> list[PassageDraft]:
        """The passages of a section in reading order, its objectives first, its glossary last, none twice."""

    @abstractmethod
    def prepare(self, section: Section) -> CutSection:
        """The section cut, counted and hashed."""

    @abstractmethod
    def quality(self, sections: Sequence[CutSection]) -> QualityReport:
        """Judges a whole book."""
