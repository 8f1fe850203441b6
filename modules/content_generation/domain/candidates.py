"""Which sentences of a book can stand in a lesson, and which need the one before them.

Re-wording is limited to what cannot change the meaning: a leading connective goes when the sentence that it leans on
is left out, and so does a parenthesis that points at a figure. Numbers and negations are never touched.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from modules.content_generation.domain import text
from modules.rag.interface import Passage

_FIGURE_NOTE: Final = re.compile(
    r"\s*[(\[](?:see |as shown in |shown in )?(?:the )?"
    r"(?:Figures?|Figs?\.|Tables?|Sections?|Chapters?|Equations?|Eqs?\.|Appendix)\b[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_CONNECTIVE: Final = re.compile(
    r"^(?:However|For example|For instance|In fact|In addition|Additionally|Moreover|Furthermore|Of course|Also|"
    r"Note that|In other words|Therefore|Thus|Hence|Similarly|Likewise|As a result|In general|Generally|Recall that|"
    r"Remember that|Now|Interestingly|In short|Finally|Again),?\s+(?=[a-zA-Z])"
)
_LEANS: Final = re.compile(
    r"^(?:This|These|That|Those|It|Its|They|Their|Them|He|She|His|Her|Such|Both|Another|Others?|Either|Neither|"
    r"(?:Each|All|Some|Most|Many|One) of (?:these|them|this|those)|The (?:former|latter|same|others?|opposite|reverse|"
    r"resulting|result|first|second|third|two|three|four|answer)|Here|Second|Third|Fourth|Fifth|Sixth|Lastly|Then|Next|"
    r"Instead|Otherwise|But|And|So|Or|Yet|Because of (?:this|these)|By (?:this|contrast)|For (?:this|these)|"
    r"In (?:this|that|these|those|such|contrast|turn|both|either|each)|On the other hand|Conversely|Meanwhile|"
    r"At (?:this|that|these)|To (?:do|see) (?:this|so)|After(?:ward| that| this)|Unlike (?:this|these|the other)|"
    r"Without (?:this|it)|With (?:this|these|that))\b"
)
_LEANS_ANYWHERE: Final = re.compile(
    r"\b(?:therefore|thus|hence|this|these|latter|former|that is why|the two effects)\b", re.IGNORECASE
)
_UNUSABLE: Final = re.compile(
    r"\b(?:figures?|tables?|fig\.|photo(?:graph)?s?|diagram|illustrat\w*|as shown|shown (?:here|in|above|below)|"
    r"pictured|above|below|chapters?|sections?|lesson|textbook|previous(?:ly)?|earlier|later in|following|website|"
    r"video|simulation|click|exercise|problem \d|worksheet|teacher|student\w*|example \d|recall|let us|let['’]s|"
    r"read on|in equation|we (?:will|have|saw|discussed|learned|now|can now|shall|first|begin|use|call)|"
    r"you (?:will|have) (?:learn|see|study)\w*)\b|https?:|www\.|[\[\]{}|\\_]|\.\.\.|…",
    re.IGNORECASE,
)
_COMMAND: Final = re.compile(
    r"^(?:Imagine|Consider|Think|Suppose|Notice|Look|Try|Remember|Keep in mind|Say|Take|Picture|Assume|Note|Use|Draw|"
    r"Describe|Explain|Identify|List|Compare|Calculate|Find|Compute|Choose|Check|Ask|Let|Write|Watch|Observe|Solve)\b"
)
_FEWEST_WORDS: Final = 3
_MOST_WORDS: Final = 38


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be taken. `leans`: only together with the one before it; `order`: place in the book."""

    text: str
    passage: Passage
    order: int
    leans: bool
    usable: bool
    follows: bool

    @property
    def words(self) -> int:
        return len(text.words(self.text))

    @property
    def equation(self) -> bool:
        return text.is_equation(self.text)


def candidates(passages: Iterable[Passage]) -> list[Candidate]:
    """Every sentence of the passages, judged, in reading order."""
    found: list[Candidate] = []
    for passage in passages:
        for paragraph in passage.text.split("\n\n"):
            for place, raw in enumerate(_joined(text.sentences(paragraph))):
                found.append(_judged(raw, passage, order=len(found), follows=place > 0))
    return found


def chunks(found: list[Candidate]) -> list[list[Candidate]]:
    """Runs of sentences that make sense together: one that stands alone, and those that lean on it."""
    runs: list[list[Candidate]] = []
    is_open = False
    for candidate in found:
        if candidate.leans or (candidate.equation and runs):
            if is_open and candidate.usable:
                runs[-1].append(candidate)
            else:
                is_open = False
        elif candidate.usable:
            runs.append([candidate])
            is_open = True
        else:
            is_open = False
    return runs


def standing_alone(candidate: Candidate) -> Candidate:
    """The sentence without the connective that tied it to the one before."""
    bare = text.capitalised(_CONNECTIVE.sub("", candidate.text))
    return candidate if bare == candidate.text else replace(candidate, text=bare)


def is_sequence(run: list[Candidate]) -> bool:
    """Whether a run counts its steps, so that none may be left out."""
    return any(re.match(r"(?:Second|Third|Then|Next),? ", candidate.text) for candidate in run)


def _joined(found: list[str]) -> list[str]:
    """Equations are kept with the words that announce them ("... in one line: E = m c^2")."""
    joined: list[str] = []
    for sentence in found:
        if joined and joined[-1].endswith(":") and text.is_equation(sentence):
            joined[-1] = f"{joined[-1]} {sentence}"
        else:
            joined.append(sentence)
    return joined


def _judged(raw: str, passage: Passage, *, order: int, follows: bool) -> Candidate:
    tidy = re.sub(r"\s+", " ", _FIGURE_NOTE.sub("", raw)).strip()
    bare = _CONNECTIVE.sub("", tidy)
    leans = bool(_LEANS.match(tidy) or _LEANS.match(text.capitalised(bare)) or _LEANS_ANYWHERE.search(tidy))
    return Candidate(tidy, passage, order, leans, _is_usable(tidy), follows)


def _is_usable(sentence: str) -> bool:
    count = len(text.words(sentence))
    if text.is_equation(sentence):
        return True
    whole = sentence.endswith((".", "!", ".”", '."')) or (
        ": " in sentence and text.is_equation(sentence.rsplit(": ", maxsplit=1)[-1])
    )
    clean = not (_UNUSABLE.search(sentence) or _COMMAND.match(sentence))
    balanced = sentence.count("(") == sentence.count(")") and sentence.count("“") == sentence.count("”")
    starts = sentence[:1].isupper() or sentence[:1].isdigit()
    return whole and clean and balanced and starts and _FEWEST_WORDS <= count <= _MOST_WORDS
