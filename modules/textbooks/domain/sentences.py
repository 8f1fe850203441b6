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
_BELOW: Final = re.compile(r"(?<=\w),?\s+(?:as\s+)?(?:shown|pictured|illustrated)\s+(?:below|above|here)(?=\s*[.,;?])")
_LOOKS: Final = re.compile(
    rf"{_LEAN}|\b(?:figure|diagram|graph|picture|photo|image|illustration|drawing|sketch)s?\s+(?:below|above|shows?)\b"
    r"|\b(?:in|from|on|at) (?:the|this) (?:figure|diagram|picture|photo|image|illustration)\b"
    # "As shown below:" leads to an equation, a list or a table, which stay.
    r"|\b(?:shown|pictured) below\b(?!\s*:)"
)
# Most paragraphs name no figure: one cheap look spares them the patterns above.
_HINT: Final = re.compile(
    rf"{REFERENCE}|\b(?:fig|table|eq|example|exercise|part|diagram|graph|picture|photo|image|illustration|drawing|sketch)"
    r"|\b(?:below|above|here)\b|(?:\A|\n)\W*(?:\n|\Z)",
    re.IGNORECASE,
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
    return apart_from_figures(text)[0]


def apart_from_figures(text: str) -> tuple[str, list[str]]:
    """The text less what leans on a figure, and the sentences that do, as they were."""
    if not _HINT.search(text):
        return clean(text), []
    kept, leaning = [], []
    for line in text.split("\n"):
        stays = []
        for sentence in split_sentences(_PARENTHESIS.sub("", line)):
            mended = _BELOW.sub("", _ASIDE.sub("", sentence))
            if _LOOKS.search(mended):
                leaning.append(sentence)
            else:
                stays.append(mended)
        kept.append(" ".join(stays))
    return clean("\n".join(line for line in kept if re.search(r"\w", line))), leaning
