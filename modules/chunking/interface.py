"""chunking: cuts a section of a textbook into passages that can be found and cited.

Depends on: kernel, textbooks. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from modules.chunking.values import (
    CutSection as CutSection,
    PassageDraft as PassageDraft,
    PassageKind as PassageKind,
    QualityReport as QualityReport,
)
from modules.textbooks.interface import Section


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
