"""Claims that their evidence carries, and claims that it does not."""

import pytest

from modules.grounding.factory import create_grounding
from modules.grounding.interface import Fault, UnknownLanguageError

pytestmark = pytest.mark.unit
GROUNDING = create_grounding()
PASSAGE = (
    "A force is a push or a pull on an object. Gravity accelerates every falling object at 9.8 m/s. "
    "The mass of an object does not change when it falls."
)


def faults(claim: str, passage: str = PASSAGE) -> tuple[Fault, ...]:
    return GROUNDING.judge(claim, passage).faults


def test_what_the_passage_says_is_supported_by_its_sentence() -> None:
    verdict = GROUNDING.judge("A force is a push or pull on an object.", PASSAGE)
    assert verdict.supported
    assert verdict.faults == ()
    assert verdict.evidence == "A force is a push or a pull on an object."


def test_a_claim_may_rest_on_two_adjacent_sentences() -> None:
    verdict = GROUNDING.judge("A force is a push; gravity accelerates every falling object at 9.8 m/s.", PASSAGE)
    assert verdict.supported
    assert verdict.evidence.startswith("A force is a push or a pull on an object. Gravity")


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("The treaty ended the long war in Europe.", Fault.FOREIGN),
        ("Gravity accelerates every falling object at 8.9 m/s.", Fault.NUMBER),
        ("The mass of an object does change when it falls.", Fault.NEGATION),
        ("", Fault.FOREIGN),
    ],
)
def test_a_claim_that_departs_is_told_how(claim: str, fault: Fault) -> None:
    assert fault in faults(claim)
    assert not GROUNDING.judge(claim, PASSAGE).supported


def test_the_best_of_several_passages_decides() -> None:
    claim = "A force is a push or a pull on an object."
    other = "Cells divide in four phases."
    assert GROUNDING.judge_any(claim, [other, PASSAGE]).supported
    refused = GROUNDING.judge_any("Gravity accelerates every falling object at 8.9 m/s.", [other, PASSAGE])
    assert refused.faults == (Fault.NUMBER,)
    assert GROUNDING.judge_any(claim, []).faults == (Fault.FOREIGN,)
    assert GROUNDING.judge(claim, "") == GROUNDING.judge_any(claim, [])


def test_a_language_without_lists_is_refused() -> None:
    assert GROUNDING.judge("A force is a push.", PASSAGE, language="en-GB").faults == ()
    with pytest.raises(UnknownLanguageError, match="judged in en"):
        GROUNDING.judge("Une force est une poussée.", PASSAGE, language="fr")
