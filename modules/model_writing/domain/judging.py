"""Takes a model's answer apart: what may stand in a lesson, and why the rest may not."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from modules.language_models.interface import InvalidAnswerError
from modules.model_writing.domain.answers import AnalogyIn, Answer, QuizIn, SectionIn, SentenceIn, TermIn, read
from modules.model_writing.domain.cleaning import addresses_reader, fault_in, seen
from modules.rag.interface import Passage

_NEEDED: Final = ("big_idea", "explanation", "recap")
_QUESTIONS: Final = 3
_FRAME_WORDS: Final = 25
_FRAMES: Final = 3
_FEWEST_WORDS: Final = 150
_SAID_FAULTS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What an answer is held to. `passages`: by the id that the model was given."""

    passages: Mapping[str, Passage]
    told: str
    fence: str
    faults: list[str] = field(default_factory=list)

    def judged(self, answer: Answer) -> Answer:
        """What is left when every claim without a passage is out. Raises InvalidAnswerError when that is no lesson."""
        for where, text in _texts(answer):
            if fault := fault_in(text, told=self.told, fence=self.fence):
                self.faults.append(f"{where} {fault}")
        kept = Answer.model_construct(
            sections=[one for one in map(self._section, answer.sections) if one.sentences],
            terms=[one for one in map(self._term, answer.terms) if one.citations],
            analogy=answer.analogy,
            quiz=[one for one in map(self._question, answer.quiz) if self._is_fair(one)],
        )
        self._check_whole(kept)
        if self.faults:
            raise InvalidAnswerError("; ".join(self.faults[:_SAID_FAULTS]))
        return kept

    def _known(self, citations: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(one for one in citations if one in self.passages))

    def _section(self, section: SectionIn) -> SectionIn:
        cited = [one.model_copy(update={"citations": self._known(one.citations)}) for one in section.sentences]
        kept, frames = list[SentenceIn](), 0
        for one in cited:
            if one.kind == "fact" or not _claims_nothing(one):
                # What is said of the world needs a passage, whatever the model calls it.
                kept += [one.model_copy(update={"kind": "fact"})] if one.citations else []
            elif frames < _FRAMES:
                kept.append(one.model_copy(update={"citations": []}))
                frames += 1
        return section.model_copy(update={"sentences": kept})

    def _term(self, term: TermIn) -> TermIn:
        return term.model_copy(update={"citations": self._known(term.citations)})

    def _question(self, item: QuizIn) -> QuizIn:
        return item.model_copy(update={"citations": self._known(item.citations)})

    def _is_fair(self, item: QuizIn) -> bool:
        key = item.options[item.answer].casefold()
        there = any(key in self.passages[one].text.casefold() for one in item.citations)
        distinct = len({one.casefold() for one in item.options}) == len(item.options)
        return there and distinct and key not in item.question.casefold()

    def _check_whole(self, answer: Answer) -> None:
        held = {one.kind for one in answer.sections if any(line.kind == "fact" for line in one.sentences)}
        self.faults.extend(
            f"{kind}: no sentence with kind fact and a citation of a given passage" for kind in _missing(held)
        )
        if len(answer.quiz) < _QUESTIONS:
            self.faults.append(
                f"quiz: {_QUESTIONS} questions are needed whose right option stands word for word in the passage"
                " that they cite and not in the question, with four different options"
            )
        words = sum(len(line.text.split()) for one in answer.sections for line in one.sentences)
        if words < _FEWEST_WORDS:
            self.faults.append(f"sections: {words} words that may stand are too few; write at least {_FEWEST_WORDS}")


def cleaned(answer: Answer) -> Answer:
    """The answer without characters that cannot be seen. Raises InvalidAnswerError when nothing else was in a part."""
    return read(seen(answer.model_dump_json()))


def _missing(held: Collection[str]) -> list[str]:
    return [kind for kind in _NEEDED if kind not in held]


def _claims_nothing(one: SentenceIn) -> bool:
    """Whether it only leads the reader on: a question, or a short sentence to them without a number."""
    if len(one.text.split()) > _FRAME_WORDS or any(letter.isdigit() for letter in one.text):
        return False
    return one.text.rstrip().endswith("?") if one.kind == "question" else addresses_reader(one.text)


def _texts(answer: Answer) -> Iterator[tuple[str, str]]:
    for number, section in enumerate(answer.sections):
        yield f"sections.{number}.title", section.title
        yield from ((f"sections.{number}.sentences.{place}", one.text) for place, one in enumerate(section.sentences))
    for number, term in enumerate(answer.terms):
        yield f"terms.{number}", f"{term.term}\n{term.definition}"
    for number, item in enumerate(answer.quiz):
        yield f"quiz.{number}", "\n".join([item.question, *item.options, item.feedback])
    yield from _analogy_texts(answer.analogy)


def _analogy_texts(analogy: AnalogyIn | None) -> Iterator[tuple[str, str]]:
    if analogy is not None:
        pairs = [line for pair in analogy.pairs for line in (pair.concept, pair.interest, pair.sentence)]
        yield "analogy", "\n".join([analogy.opening, *pairs, analogy.limit])
