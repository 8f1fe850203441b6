"""Makes blocks of text."""

from modules.textbooks.domain.sentences import clean, split_sentences, without_figures
from modules.textbooks.interface import Block, BlockKind


def block_of(kind: BlockKind, heading: str, text: str, *, lines: bool = False) -> list[Block]:
    """The text as one block, less what leans on figures; no block when nothing is left."""
    left = without_figures(text if lines else clean(text).replace("\n", " "))
    parts = left.split("\n") if lines else split_sentences(left)
    return [Block(kind=kind, heading=heading, parts=tuple(parts), lines=lines)] if left else []
