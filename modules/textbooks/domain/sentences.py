"""Clean text, sentences, and the sentences that make no sense without a picture."""

import re
import unicodedata
from typing import Final

REFERENCE: Final = "\ue000"
"""Stands where a book prints the number of a figure, table or equation that the library does not number."""

_SPACES: Final = re.compile(r"[^\S\n]+")
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
_BELOW: Final = re.compile(r"(?<=\w),?\s+(?:as\s+)?(?:shown|pictured|illustrated)\s+(?:below|above|here)(?=\s*[.,;:?])")
_LOOKS: Final = re.compile(
    rf"{_LEAN}|\b(?:figure|diagram|graph|picture|photo|image|illustration|drawing|sketch)s?\s+(?:below|above|shows?)\b"
    r"|\b(?:in|from|on|at) (?:the|this) (?:figure|diagram|picture|photo|image|illustration)\b"
    r"|\b(?:shown|pictured) below\b"
)


def clean(text: str) -> str:
    """Plain text with single spaces, without invisible characters; line breaks stay."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ")
    text = _SPACES.sub(" ", text)
    text = re.sub(r" +([,.;:?!)\]])(?=\s|$|[,.;:)\]])", r"\1", text)
    return re.sub(r" *\n *", "\n", text).strip()


def split_sentences(text: str) -> list[str]:
    """The sentences of a line of prose, in order."""
    sentences: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        sentence = text[start : boundary.end(1)]
        if _ABBREVIATION.search(sentence):
            continue
        sentences.append(sentence.strip())
        start = boundary.end()
    return [*sentences, text[start:].strip()] if text[start:].strip() else sentences


def without_figures(text: str) -> str:
    """The text less what leans on a figure, table or numbered equation: the aside if that is all, else the sentence."""
    kept = []
    for line in text.split("\n"):
        trimmed = (_BELOW.sub("", _ASIDE.sub("", part)) for part in split_sentences(_PARENTHESIS.sub("", line)))
        kept.append(" ".join(sentence for sentence in trimmed if not _LOOKS.search(sentence)))
    return clean("\n".join(line for line in kept if re.search(r"\w", line)))
