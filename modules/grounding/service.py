"""Judges claims."""

from collections.abc import Sequence

from typing_extensions import override

from modules.grounding.domain.judging import verdict
from modules.grounding.domain.language import language_of
from modules.grounding.interface import Fault, Grounding, Verdict

_NOTHING = Verdict(supported=False, faults=(Fault.FOREIGN,), evidence="")


class GroundingService(Grounding):
    """Compares a claim with the sentence that is nearest to it."""

    @override
    def judge(self, claim: str, passage: str, *, language: str = "en") -> Verdict:
        return verdict(claim, passage, language_of(language))

    @override
    def judge_any(self, claim: str, passages: Sequence[str], *, language: str = "en") -> Verdict:
        known, best = language_of(language), _NOTHING
        for passage in passages:
            found = verdict(claim, passage, known)
            if found.supported:
                return found
            if best is _NOTHING or _rank(found) < _rank(best):
                best = found
        return best


def _rank(found: Verdict) -> tuple[bool, int]:
    return Fault.FOREIGN in found.faults, len(found.faults)
