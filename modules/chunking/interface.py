"""chunking: cuts a section of a textbook into passages that can be found and cited.

Depends on: kernel, textbooks. Owns: no tables.
"""

from abc import abstractmethod
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


class Chunking(Protocol):
    """Cuts sections."""

    @abstractmethod
    def cut(self, section: Section) -> list[PassageDraft]:
        """The passages of a section in reading order, its objectives first, its glossary last, none twice."""

    @abstractmethod
    def content_hash(self, section: Section, position: int) -> str:
        """Changes when anything that is stored of the section would change; SHA-256 in hexadecimal."""

    @abstractmethod
    def word_count(self, section: Section) -> int:
        """Words of the teachable text."""
