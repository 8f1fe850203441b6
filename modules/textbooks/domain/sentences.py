"""Clean text, sentences, and the sentences that make no sense without a picture."""

import re
import unicodedata
from typing import Final

REFERENCE: Final = "\ue000"
"""Stands where a book prints the number of a figure, table or equation."""

_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ue001-\uf8ff\x00-\x08\x0b-\x1f\x7f]")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|Fig|Figs|Eq|Eqs|Dr|Mr|Mrs|Ms|Prof|St|No|approx|al|Jr|Sr|U\.S|ca)"
    r"|(?:^|\b[A-Z][a-z]+ |\b[A-Z]\. ?)[A-Z])\.$"
)
_BOUNDARY: Final = re.compile(r"(?<=[.!?])([\"”’)\]]*)\s+(?=[\"“‘(\[]?[A-Z0-9À-ÖØ-Þ\ue000])")
_NAMED: Final = r"(?:Figures?|Fig\.|Tables?|Equations?|Eq\.|Examples?|Exercises?|Part)"
_NUMBERED: Final = rf"(?:{_NAMED}\s*(?:\d+(?:\.\d+)*(?:\([a-z]\))?|{REFERENCE})|{REFERENCE})"
_LEAN: Final = rf"(?:{_NUMBERED}(?:\s*(?:and|,|to|through)\s*{_NUMBERED})*(?:\s*\([a-z]\))?)"
_PARENTHESIS: Final = re.compile(rf"\s*[(\[][^()\[\]]*{_LEAN}[^()\[\]]*[)\]]")
_ASIDE: Final = re.compile(
    rf"(?<=\w),?\s+(?<!is )(?<!are )(?<!As )(?:as\s+)?"
    rf"(?:(?:shown|seen|illustrated|pictured|depicted|given|described)\s+"
    rf"(?:in|by)|see)\s+{_LEAN}(?=\s*[.,;:]|$)",
    re.IGNORECASE,
)
_BELOW: Final = re.compile(r"(?<=\w),?\s+(?:as\s+)?(?:shown|pictured|illustrated)\s+(?:below|above|here)(?=\s*[.,;?])")
_LOOKS: Final = re.compile(
    rf"{_LEAN}|\b(?:figure|diagram|graph|picture|photo|image|illustration|drawing|sketch)s?\s+(?:below|above|shows?)\b"
    r"|\b(?:in|from|on|at) (?:the|this) (?:figure|diagram|picture|photo|image|illustration)\b"
    # "As shown below:" leads to an equation, a list or a table, which stay.
    r"|\b(?:shown|pictured) below\b(?!\s*:)"
)
# Most sentences hold none of these: a cheap look spares them the patterns above.
_HINTS: Final = (
    REFERENCE, "fig", "table", "equation", "eq.", "example", "exercise", "part", "diagram", "graph", "picture",
    "photo", "image", "illustrat", "drawing", "sketch", "shown",
)  # fmt: skip
_LOOSE: Final = tuple(f" {mark}" for mark in ",.;:?!)]")
_BEFORE_MARK: Final = re.compile(r" +([,.;:?!)\]])(?=\s|$|[,.;:)\]])")
_ENDING: Final = 32


def clean(text: str) -> str:
    """Plain text with single spaces, without invisible characters; line breaks stay."""
    if not (text.isascii() and text.replace("\n", " ").isprintable()):
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()
    if any(mark in text for mark in _LOOSE):
        text = _BEFORE_MARK.sub(r"\1", text)
    return text


def split_sentences(text: str) -> list[str]:
    """The sentences of a line of prose, in order."""
    sentences: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        sentence = text[start : boundary.end(1)]
        if _ABBREVIATION.search(sentence, max(0, len(sentence) - _ENDING)):
            continue
        sentences.append(sentence.strip())
        start = boundary.end()
    return [*sentences, text[start:].strip()] if text[start:].strip() else sentences


def without_figures(text: str) -> str:
    """The text less what leans on a figure, table or numbered equation: the aside if that is all, else the sentence."""
    return apart_from_figures(text)[0]


def apart_from_figures(text: str) -> tuple[str, list[str]]:
    """The text less what leans on a figure, and the sentences that do, as they were."""
    kept: list[str] = []
    leaning: list[str] = []
    for line in text.split("\n"):
        stays = _standing(line, leaning) if _hints(line) else line
        if re.search(r"\w", stays):
            kept.append(stays)
    return clean("\n".join(kept)), leaning


def _standing(line: str, leaning: list[str]) -> str:
    stays = []
    for sentence in split_sentences(_PARENTHESIS.sub("", line)):
        if not _hints(sentence):
            stays.append(sentence)
        elif _LOOKS.search(mended := _BELOW.sub("", _ASIDE.sub("", sentence))):
            leaning.append(sentence)
        else:
            stays.append(mended)
    return " ".join(stays)


def _hints(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)
