"""safety: finds cries for help, dangerous wishes, smuggled instructions and personal data in what people write.

Depends on: kernel. Owns: no tables.
"""

from abc import abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What a text is.

    OK: nothing stands against it. CRISIS: somebody may be in danger. UNSAFE: it asks for what harms others.
    INJECTION: it gives orders to the program; what else it says is in `Screening.cleaned`.
    """

    OK = "ok"
    CRISIS = "crisis"
    UNSAFE = "unsafe"
    INJECTION = "injection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What was found in a text.

    Attributes:
        reason: which kind of rule found it, such as `self_harm` or `weapons`; empty when the verdict is OK.
        cleaned: the text without invisible characters, orders to the program, and personal data; the words
            and their case are the writer's own. Empty when nothing that says something is left.
        help_text: what to answer instead of a lesson; empty when the verdict is OK.
    """

    verdict: Verdict
    reason: str
    cleaned: str
    help_text: str


class Safety(Protocol):
    """Screens by rules and word lists, without a model; the same text always gets the same answer."""

    @abstractmethod
    def screen(self, text: str) -> Screening:
        """Judges what a student wrote, at most a few thousand characters; longer texts take longer, in proportion."""

    @abstractmethod
    def mask(self, text: str) -> str:
        """The text with names, e-mail and other addresses, telephone and student numbers as `[name]`, `[email]` ..."""

    @abstractmethod
    def cleaned(self, text: str) -> str:
        """The text without invisible and direction-changing characters; all that can be seen stays."""

    @abstractmethod
    def quotable(self, text: str) -> str:
        """A text out of a book without the sentences that hold orders to a program, markup or web addresses."""
