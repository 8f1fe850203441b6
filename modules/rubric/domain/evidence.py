"""Checks 3 to 6: does the book say what the lesson says, and does the lesson say what the topic is there for?"""

from collections import Counter
from math import log
from typing import Final

from modules.grounding.interface import Fault
from modules.lesson_writing.interface import CheckResult, SentenceKind
from modules.rubric.domain import words
from modules.rubric.domain.language import words_of
from modules.rubric.domain.material import Claim, Judged, result
from modules.rubric.values import Check

_GROUNDED, _RECALL, _PRECISION, _COVERAGE = 0.95, 0.90, 0.90, 0.80
_CONFLICTS: Final = frozenset({Fault.NUMBER, Fault.UNIT, Fault.NEGATION})
_FEWEST_FACTS: Final = 5
_NO_CLAIM: Final = "there is no sentence of fact"
_VERBS: Final = words_of("objective_verbs")


def groundedness(of: Judged) -> CheckResult:
    """Claims that some passage supports; one against a number, a unit or a denial of its source is too many.

    A lesson of which hardly a sentence of fact is left, as after a repair, says nothing that could be grounded.
    """
    wrong = [claim for claim in of.claims if not _grounded(of, claim)]
    faults = {claim: of.verdict(claim.text, of.sources_of(claim) or of.texts).faults for claim in wrong}
    conflicts = [claim for claim in wrong if _CONFLICTS.intersection(faults[claim])]
    share = 1 - len(wrong) / len(of.claims) if of.claims else 0.0
    detail = "; ".join(f"{claim.text[:90]} ({', '.join(faults[claim])})" for claim in wrong)
    taught = sum(one.kind is SentenceKind.FACT for section in of.lesson.sections for one in section.sentences)
    if taught < _FEWEST_FACTS:
        detail = f"{taught} sentences of fact are too few to teach anything" if taught else _NO_CLAIM
    passed = share >= _GROUNDED and not conflicts and taught >= _FEWEST_FACTS
    return result(Check.GROUNDEDNESS, passed=passed, score=share, detail=detail)


def _grounded(of: Judged, claim: Claim) -> bool:
    return supported(of, claim) or of.verdict(claim.text, of.texts).supported


def supported(of: Judged, claim: Claim) -> bool:
    """Whether a passage that the claim cites says so."""
    sources = of.sources_of(claim)
    return bool(sources) and of.verdict(claim.text, sources).supported


def citation_recall(of: Judged) -> CheckResult:
    """Claims that have a citation which supports them."""
    missed = [claim.text for claim in of.claims if not supported(of, claim)]
    share = 1 - len(missed) / len(of.claims) if of.claims else 0.0
    detail = "; ".join(missed) if of.claims else _NO_CLAIM
    return result(Check.CITATION_RECALL, passed=share >= _RECALL, score=share, detail=detail)


def citation_precision(of: Judged) -> CheckResult:
    """Citations that support a claim of their segment; one that leads to no passage fails the check at once."""
    together: dict[str, list[Claim]] = {}
    for claim in of.claims:
        together.setdefault(claim.segment, []).append(claim)
    given = [(claim, number) for claim in of.claims for number in claim.citations]
    lost = sorted({number for _, number in given if number not in of.cited})
    idle = [
        f"{number} at {claim.text[:60]}"
        for claim, number in given
        if number in of.cited and not _helps(of, of.cited[number], claim, together[claim.segment])
    ]
    bad = len(idle) + sum(number in lost for _, number in given)
    share = 1 - bad / len(given) if given else 0.0
    detail = "; ".join([*(f"{number} is no source" for number in lost), *idle])
    return result(Check.CITATION_PRECISION, passed=share >= _PRECISION and not lost, score=share, detail=detail)


def _helps(of: Judged, passage: str, own: Claim, others: list[Claim]) -> bool:
    return any(of.verdict(claim.text, [passage]).supported for claim in [own, *others])


def coverage(of: Judged) -> CheckResult:
    """Words of the objectives, the rarer in the passages the heavier, that the claims hold; figures as in the book."""
    sentences = [words.content(line) for text in of.teaching for line in words.sentences(text)]
    frequency = Counter(stem for line in sentences for stem in line)
    wanted = {stem: log(1 + len(sentences) / frequency[stem]) for stem in _objective_terms(of) if stem in frequency}
    said = words.content_of(claim.text for claim in of.claims)
    total = sum(wanted.values())
    share = sum(weight for stem, weight in wanted.items() if stem in said) / total if total else 0.0
    known = {figure for text in of.texts for figure in words.figures(text)}
    strange = sorted({" ".join(one).strip() for claim in of.claims for one in words.figures(claim.text) - known})
    missing = sorted((stem for stem in wanted if stem not in said), key=lambda stem: -wanted[stem])
    detail = "; ".join(
        [*(f"{one} is not in the book" for one in strange), *(["not said: " + ", ".join(missing)] if missing else [])]
    )
    return result(Check.COVERAGE, passed=share >= _COVERAGE and not strange, score=share, detail=detail)


def _objective_terms(of: Judged) -> frozenset[str]:
    """What the objectives are about, without what a student is to do with it; else the title and the terms."""
    goals = [" ".join(w for w in line.split() if w.lower().strip(".,;:") not in _VERBS) for line in of.topic.objectives]
    return words.content_of(goals) or words.content_of([of.topic.title, *(one.term for one in of.topic.terms)])
