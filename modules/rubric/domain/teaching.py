"""Checks 7, 8, 9 and 14: terms explained in time, a comparison that carries, nothing idle, room to think."""

import re
from collections.abc import Iterator
from typing import Final

from modules.lesson_writing.interface import AnalogyPair, CheckResult, Sentence, SentenceKind
from modules.rubric.domain import words
from modules.rubric.domain.language import any_of, holds, starts
from modules.rubric.domain.material import Judged, is_hook, result
from modules.rubric.values import Check

_PAIRS: Final = 3
_BESIDE_THE_POINT: Final = 0.10
_DEFINITION: Final = 0.5
_STATING: Final = frozenset({SentenceKind.FACT, SentenceKind.ANALOGY})
_EXEMPT: Final = frozenset({SentenceKind.QUESTION, SentenceKind.FRAME})
_RELATION: Final = holds("relations")
_LIMIT: Final = holds("limits")
_PROMPT: Final = starts("prompts")
_REFLECTION: Final = holds("reflections")
_PROXY: Final = "counted by cue words"


def pre_training(of: Judged) -> CheckResult:
    """Terms that are explained in the segment that first uses them, in one before, or in a sentence beside the use."""
    used = {term: place for term in of.terms if (place := _first_use(of, term))}
    bare = [term for term, place in used.items() if not _explained(of, term, *place)]
    share = 1 - len(bare) / len(used) if used else 1.0
    detail = f"not explained at first use: {', '.join(bare)}" if bare else f"{len(used)} technical terms"
    return result(Check.PRE_TRAINING, passed=not bare, score=share, detail=detail)


def _first_use(of: Judged, term: str) -> tuple[int, int] | None:
    """Section and sentence that first state something with the term; inside a longer term it is not used."""
    longer = [other for other in of.terms if other != term and words.mentions(other, term)]
    for number, section in enumerate(of.lesson.sections):
        for place, one in enumerate(section.sentences):
            text = one.text
            for other in longer:
                text = words.term_pattern(other).sub(" ", text)
            if one.kind in _STATING and words.mentions(text, term):
                return number, place
    return None


def _explained(of: Judged, term: str, number: int, place: int) -> bool:
    told = {one.term.lower() for section in of.lesson.sections[: number + 1] for one in section.terms}
    near = of.lesson.sections[number].sentences[max(0, place - 1) : place + 2]
    return term in told or any(_defines(one.text, term, of.terms[term]) for one in near)


def _defines(sentence: str, term: str, definition: str) -> bool:
    """By a verb behind the term, a "called" before it, or half the words of its definition."""
    name = words.term_pattern(term).pattern
    behind = re.compile(rf"{name}[\"”’]?,? (?:\([^)]*\) )?{any_of('defining')}\b", re.IGNORECASE)
    before = re.compile(rf"\b{any_of('naming')} (?:the |an? )?[\"“‘]?{name}", re.IGNORECASE)
    if behind.match(re.sub(r"^(?:The|An?) ", "", sentence)) or before.search(sentence):
        return True
    meaning = words.content(definition) - words.content(term)
    said = len(meaning & words.content(sentence)) >= _DEFINITION * len(meaning)
    return bool(meaning) and said and words.mentions(sentence, term)


def analogy(of: Judged) -> CheckResult:
    """Three pairs, each tied in one narrated sentence, and the limit; or no comparison at all."""
    made, told = of.lesson.analogy, " ".join(_compared(of))
    if made is None:
        stray = bool(told or of.lesson.interest_id)
        return result(Check.ANALOGY, passed=not stray, score=float(not stray), detail="no comparison")
    tied = {words.content(pair.concept) for pair in made.pairs if pair.sentence in told and _tied(of, pair)}
    limited = bool(made.limit.strip()) and made.limit in told and bool(_LIMIT.search(made.limit))
    score = (min(len(tied), _PAIRS) + limited) / (_PAIRS + 1)
    detail = f"{len(tied)} pairs tied, {'a' if limited else 'no'} limit ({_PROXY})"
    return result(Check.ANALOGY, passed=len(tied) >= _PAIRS and limited, score=score, detail=detail)


def _compared(of: Judged) -> Iterator[str]:
    return (one.text for one in of.narration if one.kind is SentenceKind.ANALOGY)


def _tied(of: Judged, pair: AnalogyPair) -> bool:
    """Whether the sentence names both and says how they hang together, and the concept is the book's."""
    said, concept = words.content(pair.sentence), of.of_book(pair.concept)
    element = words.content(pair.interest) - concept
    return bool(said & concept) and bool(said & element) and bool(_RELATION.search(pair.sentence))


def coherence(of: Judged) -> CheckResult:
    """Sentences about the interest alone, which please and teach nothing."""
    limit = of.lesson.analogy.limit if of.lesson.analogy else ""
    idle = [one.text for one in of.narration if one.text not in limit and _is_idle(of, one)]
    share = len(idle) / max(1, len(of.narration))
    return result(Check.COHERENCE, passed=share <= _BESIDE_THE_POINT, score=1 - share, detail="; ".join(idle))


def _is_idle(of: Judged, one: Sentence) -> bool:
    said = words.content(one.text)
    return one.kind not in _EXEMPT and bool(said & of.interests) and not said & of.concepts


def prompts(of: Judged) -> CheckResult:
    """A question or task on the way, after the hook and before the last segment, and a reflection in the last."""
    way = [section for section in of.lesson.sections[:-1] if not is_hook(section)]
    asked = [one.text for section in way for one in section.sentences if _asks(one)]
    end = of.lesson.sections[-1].sentences if of.lesson.sections else ()
    reflected = [one.text for one in end if one.kind in _EXEMPT and _REFLECTION.search(one.text)]
    detail = f"{len(asked)} prompts on the way, {len(reflected)} reflections at the end ({_PROXY})"
    score = (bool(asked) + bool(reflected)) / 2
    return result(Check.PROMPTS, passed=bool(asked) and bool(reflected), score=score, detail=detail)


def _asks(one: Sentence) -> bool:
    return one.kind in _EXEMPT and (one.text.rstrip().endswith("?") or bool(_PROMPT.match(one.text)))
