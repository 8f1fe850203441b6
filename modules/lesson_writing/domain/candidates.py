"""Which sentences of a book can stand in a lesson, and which need the one before them.

Re-wording is limited to what cannot change the meaning: a leading connective goes when the sentence that it leans on
is left out, so does a parenthesis that points at a figure, and `prose` brings the rest to the reader's level.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from modules.lesson_writing.domain.language import any_of, holds, starts
from modules.prose import interface as text
from modules.prose.interface import leveled
from modules.rag.interface import Passage

_FIGURE_NOTE: Final = re.compile(
    r"\s*[(\[](?:see |(?:as )?shown in )?(?:the )?"
    r"(?:Figures?|Figs?\.|Tables?|Sections?|Chapters?|Equations?|Eqs?\.|Appendix)\b[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
_CONNECTIVE: Final = re.compile(rf"^{any_of('connectives')},?\s+(?=[a-zA-Z])")
_LEANS: Final = starts("leaning_starts")
_LEANS_ANYWHERE: Final = holds("leaning_words")
_STEP: Final = starts("steps")
_ANNOUNCES: Final = re.compile(rf"\b{any_of('announcing')}[.:]$")
_REFERS: Final = holds("references")
_COMMAND: Final = starts("commands")
_DEBRIS: Final = re.compile(r"https?:|www\.|[\[\]{}|\\]|_{2}|\w{2}_|_\w{4}|\.\.\.|…")
_REAL_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_WORDS: Final = range(3, 50)
_LONGEST: Final = range(25, 29)
_STILL_READ: Final = 40


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a book that may be taken, whole or cut into shorter ones.

    `leans`: only together with the one before it; `order`: place in the book; `long`: usable but for its length.
    """

    text: str
    passage: Passage
    order: int
    opens_paragraph: bool
    leans: bool
    usable: bool
    long: bool = False

    @property
    def words(self) -> int:
        return text.count(self.text)

    @property
    def equation(self) -> bool:
        return text.is_equation(self.text)

    @property
    def step(self) -> bool:
        """Whether it is one of several that are counted ("First, ... Second, ...")."""
        return bool(_STEP.match(self.text))

    @property
    def alone(self) -> bool:
        """Whether it reads well without any other."""
        return self.usable and not self.leans and not self.equation


def candidates(
    passages: Iterable[Passage], *, most_words: int = _WORDS.stop, keep: Collection[str] = ()
) -> list[Candidate]:
    """Every sentence of the passages, judged and brought to a level, in reading order."""
    found: list[Candidate] = []
    longest = min(_LONGEST.stop - 1, max(_LONGEST.start, most_words + 2))
    for passage in passages:
        for paragraph in passage.text.split("\n\n"):
            lines = [_FIGURE_NOTE.sub("", line) for line in _joined(text.sentences(paragraph))]
            steps = [place for place, line in enumerate(lines) if _STEP.match(line)]
            for place, line in enumerate(lines):
                among_steps = bool(steps) and steps[0] < place < steps[-1]
                tied = among_steps or leans(line)
                usable = _is_usable(line)
                told = leveled(line, most_words=most_words, keep=keep) if usable else line
                length = max(map(text.count, text.sentences(told)), default=0)
                long = usable and longest < length <= _STILL_READ
                found.append(Candidate(told, passage, len(found), place == 0, tied, usable and length <= longest, long))
    return found


def runs(found: Iterable[Candidate]) -> list[list[Candidate]]:
    """Runs of sentences that make sense together: one that stands alone, and those that lean on it.

    Steps are dropped whole when one of them, or what stands among them, cannot be used.
    """
    made: list[list[Candidate]] = []
    is_open = False
    for one in found:
        if one.leans or (one.equation and made):
            if is_open and not one.usable:
                made[-1] = [other for other in made[-1] if not other.step]
            is_open = is_open and one.usable
            if is_open:
                made[-1].append(one)
        else:
            is_open = one.usable
            made += [[one]] if is_open else []
    return made


def is_sequence(run: Iterable[Candidate]) -> bool:
    return any(one.step for one in run)


def announces(one: Candidate) -> bool:
    """Whether a sentence promises others, as in "happens in three steps."."""
    return bool(_ANNOUNCES.search(one.text))


def standing_alone(one: Candidate) -> Candidate:
    """The sentence without the connective that tied it to the one before."""
    return replace(one, text=text.capitalised(_CONNECTIVE.sub("", one.text)))


def reads_whole(sentence: str) -> bool:
    """Whether a sentence is complete and points at nothing outside itself."""
    whole = sentence.endswith((".", "?", "!", ".”", '."')) or bool(text.equation_in(sentence))
    balanced = sentence.count("(") == sentence.count(")") and sentence.count("“") == sentence.count("”")
    return whole and balanced and not _DEBRIS.search(sentence) and not _REFERS.search(sentence)


def _joined(found: list[str]) -> list[str]:
    """Equations are kept with the words that announce them ("... in one line: E = m c^2")."""
    joined: list[str] = []
    for sentence in found:
        if joined and joined[-1].endswith(":") and text.is_equation(sentence):
            joined[-1] += f" {sentence}"
        else:
            joined.append(sentence)
    return joined


@lru_cache(maxsize=8192)
def leans(sentence: str) -> bool:
    """Whether a sentence needs the one before it."""
    bare = text.capitalised(_CONNECTIVE.sub("", sentence))
    return bool(
        _STEP.match(sentence) or _LEANS.match(sentence) or _LEANS.match(bare) or _LEANS_ANYWHERE.search(sentence)
    )


@lru_cache(maxsize=8192)
def _is_usable(sentence: str) -> bool:
    if text.is_equation(sentence):
        return True
    states = not sentence.endswith("?") and not _COMMAND.match(sentence)
    begins = (sentence[:1].isupper() or sentence[:1].isdigit()) and len(_REAL_WORD.findall(sentence)) >= _WORDS.start
    return states and begins and text.count(sentence) in _WORDS and reads_whole(sentence)
