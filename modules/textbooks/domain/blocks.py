"""Makes blocks of text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from modules.textbooks.domain.sentences import REFERENCE, apart_from_figures, clean, split_sentences
from modules.textbooks.interface import Block, BlockForm, BlockKind, Formula

_LINED: Final = frozenset({BlockForm.LIST, BlockForm.TABLE, BlockForm.CODE})


def block_of(
    kind: BlockKind,
    heading: str,
    text: str,
    form: BlockForm = BlockForm.PARAGRAPH,
    formulas: Sequence[Formula] = (),
) -> list[Block]:
    """The text as one block, what leans on figures as a second one; none where nothing is left."""
    lines = form in _LINED
    kept, leaning = apart_from_figures(text if lines else clean(text).replace("\n", " "))
    parts = tuple(kept.split("\n")) if lines else tuple(split_sentences(kept))
    found = [Block(kind=kind, heading=heading, parts=parts, form=form, lines=lines)] if kept else []
    found += figure_of(kind, heading, leaning)
    return [_with_formulas(block, formulas) for block in found] if formulas else found


def figure_of(kind: BlockKind, heading: str, sentences: Sequence[str]) -> list[Block]:
    """What makes sense beside a picture only."""
    parts = tuple(filter(None, (clean(text.replace(REFERENCE, "the figure")).replace("\n", " ") for text in sentences)))
    return [Block(kind=kind, heading=heading, parts=parts, form=BlockForm.FIGURE)] if parts else []


def _with_formulas(block: Block, formulas: Sequence[Formula]) -> Block:
    text = block.text
    return replace(block, formulas=tuple(dict.fromkeys(one for one in formulas if one.text and one.text in text)))
