"""Cuts sections into passages."""

from typing_extensions import override

from modules.chunking.domain.chunking import content_hash, passages_of, word_count
from modules.chunking.interface import Chunking, PassageDraft
from modules.textbooks.interface import Section


class ChunkingService(Chunking):
    """By words, sentences and headings."""

    @override
    def cut(self, section: Section) -> list[PassageDraft]:
        return passages_of(section)

    @override
    def content_hash(self, section: Section, position: int) -> str:
        return content_hash(section, position)

    @override
    def word_count(self, section: Section) -> int:
        return word_count(section)
