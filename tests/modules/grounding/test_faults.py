"""One claim for each way of departing from the evidence, and for each way of saying the same."""

import pytest

from modules.grounding.factory import create_grounding
from modules.grounding.interface import Fault

pytestmark = pytest.mark.unit
GROUNDING = create_grounding()

FALSE = [
    ("Sound travels 340 meters in a second.", "Sound travels 430 meters in a second.", Fault.NUMBER),
    ("The reactor holds five rods of uranium.", "The reactor holds seven rods of uranium.", Fault.NUMBER),
    ("The charge is 1.6 × 10^−19 coulombs.", "The charge is 1.6 × 10^19 coulombs.", Fault.NUMBER),
    ("Plants release O2 and take up CO2.", "Plants release O3 and take up CO2.", Fault.NUMBER),
    ("About 3 million species live here.", "About 3 billion species live here.", Fault.NUMBER),
    ("The two lines meet at (2, 5).", "The two lines meet at (5, 2).", Fault.NUMBER),
    ("The trench is 3.5 km deep.", "The trench is 3.5 m deep.", Fault.UNIT),
    ("It took twenty days to cross.", "It took twenty years to cross.", Fault.UNIT),
    ("Water makes up 70 percent of the body.", "Water makes up 70 of the body.", Fault.UNIT),
    ("Noble gases do not form ions easily.", "Noble gases form ions easily.", Fault.NEGATION),
    ("Noble gases form ions rarely.", "Noble gases never form ions.", Fault.NEGATION),
    ("The enzyme can't enter the nucleus.", "The enzyme can enter the nucleus.", Fault.NEGATION),
    ("The isotope is stable.", "The isotope is unstable.", Fault.NEGATION),
    ("The wire conducts without heat loss.", "The wire conducts with heat loss.", Fault.NEGATION),
    ("The enzyme fails to bind the substrate.", "The enzyme binds the substrate.", Fault.NEGATION),
    ("Pressure increases with depth.", "Pressure decreases with depth.", Fault.ANTONYM),
    ("Prices rose after the war.", "Prices fell after the war.", Fault.ANTONYM),
    ("Reduction occurs at the cathode.", "Reduction occurs at the anode.", Fault.ANTONYM),
    ("The larger cells divide.", "The smaller cells divide.", Fault.ANTONYM),
    (
        "The pressure that a diver of the club feels increases with each hour that members of the club swim.",
        "The pressure decreases.",
        Fault.ANTONYM,
    ),
    ("The stone weighs 70 on the scale.", "The stone weighs 70 kg on the scale.", Fault.UNIT),
    ("Ribosomes build proteins.", "Lysosomes build proteins.", Fault.TERM),
    ("The Senate ratified the treaty in spring.", "The Senate ratified the embargo in spring.", Fault.TERM),
    ("Electrons attract protons in the atom.", "Protons attract electrons in the atom.", Fault.ROLE),
    ("Hawks hunt mice in the meadow.", "Hawks are hunted by mice in the meadow.", Fault.ROLE),
    ("Some bacteria cause disease.", "All bacteria cause disease.", Fault.QUANTIFIER),
    ("Most mammals give birth to live young.", "Mammals give birth to live young.", Fault.QUANTIFIER),
    ("At least three genes control height.", "At most three genes control height.", Fault.QUANTIFIER),
    ("Smoking may lead to cancer.", "Smoking leads to cancer.", Fault.QUANTIFIER),
    ("Friction leads to heating of the brakes.", "Friction results from heating of the brakes.", Fault.DIRECTION),
    ("Mitosis happens before division of the cell.", "Mitosis happens after division of the cell.", Fault.DIRECTION),
    ("The ice melts because the sea warms.", "The sea warms because the ice melts.", Fault.DIRECTION),
    ("Water moves into the root.", "Water moves out of the root.", Fault.DIRECTION),
]

TRUE = [
    ("Plants make sugar in their leaves, but animals cannot make sugar.", "Plants make sugar in their leaves."),
    ("Plants make sugar in their leaves, but animals cannot make sugar.", "Animals cannot make sugar."),
    ("However, the moon has no air.", "The moon has no air."),
    ("Generally, metals conduct heat.", "Metals conduct heat."),
    ("The mole (symbol mol) measures amount.", "The mole measures amount."),
    ("Farmers utilize approximately 1,000 tons of lime.", "Farmers use about 1000 tons of lime."),
    ("We measure the force in newtons.", "You measure the force in newtons."),
    ("The enzyme fails to bind the substrate.", "The enzyme does not bind the substrate."),
    ("The isotope is not stable.", "The isotope is unstable."),
    ("It can’t dissolve in water.", "It cannot dissolve in water."),
    ("Friction leads to heating of the brakes.", "Friction causes heating of the brakes."),
    ("The trench is 3.5 kilometers deep.", "The trench is 3.5 km deep."),
    ("Water makes up 70 percent of the body.", "Water makes up 70% of the body."),
    ("Twenty-five cells divide.", "25 cells divide."),
    ("3 million people left.", "3,000,000 people left."),
    ("Water is H₂O.", "Water is H2O."),
    ("The death of cells on purpose is called apoptosis.", "Apoptosis: death of cells on purpose"),
    ("Energy of motion is kinetic energy. Heat is its flow.", "Energy of motion is kinetic energy; heat is its flow."),
]


@pytest.mark.parametrize(("evidence", "claim", "fault"), FALSE)
def test_a_falsehood_is_noticed_and_named(evidence: str, claim: str, fault: Fault) -> None:
    verdict = GROUNDING.judge(claim, f"Textbooks hold many facts. {evidence} They are worth knowing.")
    assert not verdict.supported
    assert fault in verdict.faults


@pytest.mark.parametrize(("evidence", "claim"), TRUE)
def test_the_same_in_other_words_is_supported(evidence: str, claim: str) -> None:
    verdict = GROUNDING.judge(claim, f"Textbooks hold many facts. {evidence} They are worth knowing.")
    assert verdict.faults == ()


@pytest.mark.parametrize("evidence", [evidence for evidence, _, _ in FALSE])
def test_every_sentence_supports_itself(evidence: str) -> None:
    assert GROUNDING.judge(evidence, evidence).supported
    assert GROUNDING.judge(evidence.replace(" ", "  ", 1), f"One. {evidence}").supported


def test_a_neighbouring_sentence_lends_no_words() -> None:
    passage = "Salt water is dense. Fresh water is light and it floats on top of the sea near the coast."
    assert not GROUNDING.judge("Salt water is light and it floats on top of the sea near the coast.", passage).supported


def test_every_sentence_of_a_claim_must_be_supported() -> None:
    passage = "A force is a push or a pull. Mass resists a change of motion."
    assert GROUNDING.judge("Mass resists a change of motion. A force is a push or a pull.", passage).supported
    assert not GROUNDING.judge("A force is a push or a pull. Mass causes a change of motion.", passage).supported
