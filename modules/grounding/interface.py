"""grounding: decides whether a claim says what its evidence says.

Depends on: kernel. Owns: no tables.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from modules.kernel.interface import VividlyError


class GroundingError(VividlyError):
    """A claim cannot be judged."""

    code = "grounding.error"


class UnknownLanguageError(GroundingError):
    """There is no list of words for the language, so nothing can be said about negations or opposites in it."""

    code = "grounding.unknown_language"

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(f"claims are judged in {', '.join(known)}, not in {language!r}: name one of these")
        self.language = language


class Fault(StrEnum):
    """How a claim departs from its evidence.

    FOREIGN: too few of its words are there. TERM: a rare word is not. NUMBER, UNIT: a figure or its unit is another,
    or was left beside another thing. NEGATION: one denies and the other does not. ANTONYM: the opposite word.
    QUANTIFIER: all, some, only, at least and the like differ. ROLE: the same words, but who does what is exchanged.
    DIRECTION: cause and effect, before and after, into and out of are exchanged.
    """

    FOREIGN = "foreign"
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    ANTONYM = "antonym"
    TERM = "term"
    ROLE = "role"
    QUANTIFIER = "quantifier"
    DIRECTION = "direction"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        supported: there is no fault.
        faults: each kind once, in the order of `Fault`.
        evidence: the sentence of the passage, or two adjacent ones joined by a space, nearest to the claim; for a claim
            of several sentences those of each; empty when the passage is.
    """

    supported: bool
    faults: tuple[Fault, ...]
    evidence: str


class Grounding(Protocol):
    """Judges by words; computes only. A passage is plain text, a claim is one sentence or a few."""

    @abstractmethod
    def judge(self, claim: str, passage: str, *, language: str = "en") -> Verdict:
        """Whether the passage says what the claim says. An empty claim is not supported (FOREIGN).

        `language` is that of both, as a BCP 47 tag; only its first part counts.

        Raises:
            UnknownLanguageError: claims cannot be judged in this language.
        """

    @abstractmethod
    def judge_any(self, claim: str, passages: Sequence[str], *, language: str = "en") -> Verdict:
        """The best verdict among the passages: the first that supports the claim, else the one with fewest faults.

        Without passages the claim is not supported (FOREIGN).

        Raises:
            UnknownLanguageError: claims cannot be judged in this language.
        """
