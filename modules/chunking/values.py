"""The values that chunking speaks of; outside, import them from interface.py."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from modules.textbooks.interface import Formula, Section

_WORD: Final = re.compile(r"[A-Za-z']+")
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|\n")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT_E: Final = re.compile(r"(?<![aeiouyl])e$|(?<=[aeiouy])le$|(?<=[^td])ed$")


class PassageKind(StrEnum):
    """What part a passage plays in its section."""

    OBJECTIVES = "objectives"
    TEXT = "text"
    EXAMPLE = "example"
    NOTE = "note"
    MISCONCEPTION = "misconception"
    SUMMARY = "summary"
    GLOSSARY = "glossary"


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage before it has an id.

    Attributes:
        text: plain, 1 to 4,000 characters, whole sentences.
        formulas: those that stand in the text; two passages with the same words are the same.
    """

    kind: PassageKind
    heading: str
    text: str
    formulas: tuple[Formula, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSection:
    """A section ready to be stored.

    Attributes:
        section: without its blocks. words: of its teachable text.
        content_hash: SHA-256 in hexadecimal; changes when its content changes, not when it moves in the book.
    """

    section: Section
    words: int
    content_hash: str
    drafts: tuple[PassageDraft, ...]

    @property
    def reading_grade(self) -> float:
        """The school year that finds its prose easy: Flesch-Kincaid, syllables counted by groups of vowels.

        Source: Kincaid et al. 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59.
        """
        prose = "\n".join(draft.text for draft in self.drafts if draft.kind is PassageKind.TEXT)
        words = _WORD.findall(prose)
        if not words:
            return 0.0
        sentences = max(len(_SENTENCE_END.findall(prose)), 1)
        syllables = sum(_syllables(word.lower()) for word in words)
        return round(0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What a book's passages are worth, before anybody searches them.

    Attributes:
        passages, sections: how many there are.
        empty, duplicated, too_short, too_long, garbled: shares of the passages, 0.0 to 1.0. Too short is under 20
            words (objectives and glossary excepted), too long over 400, duplicated the same text as an earlier one.
        without_objectives, without_text: sections.
        worst: (topic key, what is wrong and how it begins), at most 8.
        reasons: why it failed, a sentence with its figures each; empty when it passed.
        language: of the book, as it says itself, when questions are not matched in it; else empty.
    """

    passages: int
    sections: int
    empty: float
    duplicated: float
    too_short: float
    too_long: float
    garbled: float
    without_objectives: int
    without_text: int
    worst: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    language: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the operator should know although the book may serve, a sentence each."""
        if not self.language:
            return ()
        return (f'this book is in "{self.language}"; questions are matched in English, so it will be found poorly',)

    @property
    def passed(self) -> bool:
        """Whether the book may serve without somebody's word."""
        return not self.reasons


def _syllables(word: str) -> int:
    return max(len(_VOWELS.findall(_SILENT_E.sub("", word))), 1)
