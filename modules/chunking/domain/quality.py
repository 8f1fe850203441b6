"""Judges a book by its passages: what a reader, or a lesson, could do with them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from modules.chunking.interface import CutSection, PassageDraft, PassageKind, QualityReport

_FEW_WORDS: Final = 20
_MANY_WORDS: Final = 400
_BRIEF: Final = {PassageKind.OBJECTIVES, PassageKind.GLOSSARY}
_WORST: Final = 8
_BEGINNING: Final = 80
# A table of figures or a worked equation keeps a third of letters and digits; punctuation debris does not.
_FEWEST_READABLE: Final = 0.35
_JUDGED_CHARACTERS: Final = 40
# `T h e  l e a f` is text whose spacing was lost; a row of six names such as `a b c d e f` is rare in prose.
_SPACED_LETTERS: Final = 6
# UTF-8 read as Latin-1 or Windows-1252.
_MOJIBAKE: Final = re.compile("Ã[\u0080-\u00bf\u0152\u0153\u2018-\u2026]|â€|â\u0080|Â[\u00a0-\u00bf]|ï»¿|ï¿½|\ufffd")
# In a leaflet one short note is a large share.
_LEAFLET: Final = 20
_NOT_IN_LEAFLETS: Final = {"duplicated", "too_short"}
# Six open textbooks of four subjects have up to 0.2 % garbled, 0.1 % too long, 1.1 % duplicated, 10.7 % too short.
LIMITS: Final[tuple[tuple[str, float, str], ...]] = (
    # The cutter makes none, so any that come in have lost their text on the way.
    ("empty", 0.0, "have no text"),
    # Recurring boxes are ordinary; one passage in ten again is a page header, or a chapter that was read twice.
    ("duplicated", 0.10, "repeat another passage word for word"),
    # Captions and one-line notes are ordinary; a third of them means that paragraphs fell to pieces.
    ("too_short", 0.35, f"have fewer than {_FEW_WORDS} words"),
    # Beyond it the embedder reads only the beginning, and a citation no longer points anywhere.
    ("too_long", 0.02, f"have more than {_MANY_WORDS} words"),
    # A single damaged table is bearable, a damaged encoding or text layer touches far more.
    ("garbled", 0.03, "cannot be read (lost letters, spacing or encoding)"),
)
"""What share of the passages is borne, and how the fault is said."""
# A heading alone now and then is a chapter's opening page; more means that the text was not found.
MOST_WITHOUT_TEXT: Final = 0.10


def quality(sections: Sequence[CutSection]) -> QualityReport:
    """The report on a whole book."""
    faults = list(_faults(sections))
    count = sum(len(cut.drafts) for cut in sections)
    counted = Counter(fault for fault, _, _ in faults)
    shares = {fault: round(counted[fault] / max(count, 1), 4) for fault, _, _ in LIMITS}
    textless = sum(not cut.words for cut in sections)
    return QualityReport(
        passages=count,
        sections=len(sections),
        **shares,
        without_objectives=sum(not cut.section.objectives for cut in sections),
        without_text=textless,
        worst=tuple(_worst(faults)),
        reasons=(*_reasons(shares, count), *_bare(len(sections), textless)),
        language="",
    )


def _faults(sections: Sequence[CutSection]) -> Iterator[tuple[str, str, PassageDraft]]:
    """(fault, topic key, passage) for everything that is wrong."""
    seen: set[str] = set()
    for cut in sections:
        for draft in cut.drafts:
            plain = " ".join(draft.text.casefold().split())
            for fault, is_at_fault in _CHECKS.items():
                if is_at_fault(draft):
                    yield fault, cut.section.key, draft
            if plain in seen:
                yield "duplicated", cut.section.key, draft
            seen.add(plain)


def _is_short(draft: PassageDraft) -> bool:
    return draft.kind not in _BRIEF and 0 < len(draft.text.split()) < _FEW_WORDS


def is_garbled(text: str) -> bool:
    """Whether letters, spacing or encoding were lost."""
    dense = "".join(text.split())
    if _MOJIBAKE.search(text):
        return True
    if len(dense) >= _JUDGED_CHARACTERS and sum(map(_is_readable, dense)) < _FEWEST_READABLE * len(dense):
        return True
    runs = groupby(text.split(), key=lambda word: len(word) == 1 and word.isalpha())
    return any(single and sum(1 for _ in run) >= _SPACED_LETTERS for single, run in runs)


def _is_readable(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM"


_CHECKS: Final[dict[str, Callable[[PassageDraft], bool]]] = {
    "empty": lambda draft: not draft.text.strip(),
    "too_short": _is_short,
    "too_long": lambda draft: len(draft.text.split()) > _MANY_WORDS,
    "garbled": lambda draft: is_garbled(draft.text),
}


def _worst(faults: Sequence[tuple[str, str, PassageDraft]]) -> Iterator[tuple[str, str]]:
    """Examples of the gravest faults first."""
    order = ("garbled", "empty", "too_long", "duplicated", "too_short")
    for fault, key, draft in sorted(faults, key=lambda found: order.index(found[0]))[:_WORST]:
        yield key, f"{fault.replace('_', ' ')}: {draft.text[:_BEGINNING]}"


def _reasons(shares: dict[str, float], passages: int) -> Iterator[str]:
    for fault, most, said in LIMITS:
        judged = passages >= _LEAFLET or fault not in _NOT_IN_LEAFLETS
        if judged and shares[fault] > most:
            yield f"{shares[fault]:.1%} of the passages {said}; at most {most:.0%} may"


def _bare(sections: int, textless: int) -> Iterator[str]:
    if not sections:
        yield "no section that can be taught was found"
    elif textless > MOST_WITHOUT_TEXT * sections:
        yield f"{textless} of {sections} sections have no text; at most {MOST_WITHOUT_TEXT:.0%} may"
