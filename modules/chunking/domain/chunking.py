"""Cuts a section into passages of 60 to 200 words: whole sentences, one heading, one kind."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import groupby
from typing import Final

from modules.chunking.interface import CutSection, PassageDraft, PassageKind
from modules.textbooks.interface import Block, BlockForm, Formula, Section

# Raise it when reading or chunking changes what is stored, so that the next import renews every section.
_FORMAT_VERSION: Final = 3
# Where a section stands; kept apart from what it says.
_PLACE: Final = {"key", "number", "chapter", "path", "url"}

_FEW_WORDS: Final = 60
_MANY_WORDS: Final = 200
_EXAMPLE_WORDS: Final = 320
_MAX_CHARACTERS: Final = 4_000


def prepare(section: Section) -> CutSection:
    """The section cut, counted and hashed; its blocks have become passages."""
    return CutSection(
        section=replace(section, blocks=()),
        words=word_count(section),
        content_hash=content_hash(section),
        drafts=tuple(passages_of(section)),
    )


def content_hash(section: Section) -> str:
    """Changes when what is taught or searched changes; not when the section moves, or gets another number."""
    content = {name: value for name, value in asdict(section).items() if name not in _PLACE}
    content_json = json.dumps([_FORMAT_VERSION, content], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content_json.encode()).hexdigest()


def passages_of(section: Section) -> list[PassageDraft]:
    """The passages of a section in reading order, its objectives first, its glossary last, none twice."""
    drafts = [*_objectives(section), *_body(section.blocks), *_glossary(section)]
    return list(dict.fromkeys(drafts))


def word_count(section: Section) -> int:
    """Words of the teachable text."""
    return sum(len(block.text.split()) for block in section.blocks if block.form is not BlockForm.FIGURE)


def _objectives(section: Section) -> Iterator[PassageDraft]:
    if section.objectives:
        lead = [section.objectives_lead] if section.objectives_lead else []
        text = "\n".join([*lead, *(f"- {objective}" for objective in section.objectives)])[:_MAX_CHARACTERS]
        yield PassageDraft(kind=PassageKind.OBJECTIVES, heading="Objectives", text=text)


def _glossary(section: Section) -> Iterator[PassageDraft]:
    for term in section.terms:
        text = f"{term.term}: {term.definition}"[:_MAX_CHARACTERS]
        yield PassageDraft(kind=PassageKind.GLOSSARY, heading="Key terms", text=text)


def _body(blocks: Iterable[Block]) -> Iterator[PassageDraft]:
    """Passages of what can be read without a picture."""
    told = [block for block in blocks if block.form is not BlockForm.FIGURE]
    for (part, heading), group in groupby(told, key=lambda block: (block.kind, block.heading)):
        held = list(group)
        kind = PassageKind(part.value)
        most = _EXAMPLE_WORDS if kind is PassageKind.EXAMPLE else _MANY_WORDS
        formulas = dict.fromkeys(formula for block in held for formula in block.formulas)
        for text in _packed(list(_pieces(held, most)), most):
            yield PassageDraft(kind=kind, heading=heading, text=text, formulas=_standing(formulas, text))


def _standing(formulas: Iterable[Formula], text: str) -> tuple[Formula, ...]:
    return tuple(formula for formula in formulas if formula.text in text)


def _pieces(blocks: Iterable[Block], most: int) -> Iterator[str]:
    """Blocks, those too long cut between sentences or lines."""
    for block in blocks:
        yield from _grouped(block.parts, "\n" if block.lines else " ", most)


def _grouped(parts: Iterable[str], joint: str, most: int) -> Iterator[str]:
    """Parts joined while they stay within `most` words; a single longer part is cut hard at the size limit."""
    held: list[str] = []
    words = 0
    for part in parts:
        size = len(part.split())
        if held and (words + size > most or sum(map(len, held)) + len(part) > _MAX_CHARACTERS - len(held) - 1):
            yield joint.join(held)
            held, words = [], 0
        held.append(part[:_MAX_CHARACTERS])
        words += size
    if held:
        yield joint.join(held)


def _packed(pieces: list[str], most: int) -> list[str]:
    """Neighbouring pieces put together up to `most` words, a short rest joined to the passage before it."""
    packed: list[str] = []
    for piece in pieces:
        if packed and _fits(packed[-1], piece, most):
            packed[-1] = f"{packed[-1]}\n{piece}"
        else:
            packed.append(piece)
    return packed


def _fits(before: str, piece: str, most: int) -> bool:
    have, more = len(before.split()), len(piece.split())
    if len(before) + len(piece) + 1 > _MAX_CHARACTERS:
        return False
    return have + more <= most or (min(have, more) < _FEW_WORDS // 2 and have + more <= most + _FEW_WORDS // 2)
