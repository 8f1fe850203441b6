"""Cuts sections into passages."""

from collections.abc import Sequence

from typing_extensions import override

from modules.chunking.domain.chunking import passages_of, prepare
from modules.chunking.domain.quality import quality
from modules.chunking.interface import Chunking, CutSection, PassageDraft, QualityReport
from modules.textbooks.interface import Section


class ChunkingService(Chunking):
    """By words, sentences and headings."""

    @override
    def cut(self, section: Section) -> list[PassageDraft]:
        return passages_of(section)

    @override
    def prepare(self, section: Section) -> CutSection:
        return prepare(section)

    @override
    def quality(self, sections: Sequence[CutSection]) -> QualityReport:
        return quality(sections)
