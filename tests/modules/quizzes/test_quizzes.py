"""Questions are clear, and have one right answer among options of one kind."""

from dataclasses import replace

import pytest

from modules.quizzes.factory import create_quizzes
from modules.quizzes.interface import BLANK, Named, QuizMaterial, Taught

pytestmark = pytest.mark.unit
QUIZZES = create_quizzes()
TERMS = (
    Named(term="osmosis", definition="movement of water through a membrane", citations=(1,)),
    Named(term="diffusion", definition="spread of particles into empty places", citations=(1,)),
    Named(term="tonicity", definition="push of a solution on a cell", citations=(2,)),
    Named(term="filtration", definition="passage of liquid through a filter", citations=(2,)),
    Named(term="solvents", definition="liquids in which things dissolve", citations=(2,)),
    Named(term="isotonic", definition="having the same amount of salt on both sides", citations=(2,)),
)
FACTS = (
    Taught(text="Roots take in water from wet soil by osmosis all day long.", citations=(1,)),
    Taught(text="Perfume reaches every corner of a closed room by diffusion alone.", citations=(1,)),
    Taught(text="The blood pressure in the kidneys drives filtration day and night.", citations=(2,)),
)
MATERIAL = QuizMaterial(
    facts=FACTS,
    more=(),
    terms=TERMS,
    others=(Named(term="turgor", definition="push of a full cell against its wall"),),
    words=(),
    evidence=[one.text for one in FACTS],
    seed="topic",
)


def test_a_quiz_has_four_questions_of_mixed_kinds() -> None:
    made = QUIZZES.quiz(MATERIAL)
    assert len(made) == 4
    assert len({item.question.split(" ")[0] + str(BLANK in item.question) for item in made}) >= 3
    assert made == QUIZZES.quiz(MATERIAL)


def test_options_are_four_of_like_length_and_class_and_the_key_is_not_given_away() -> None:
    for item in QUIZZES.quiz(MATERIAL):
        key = item.options[item.answer]
        assert len({option.lower() for option in item.options}) == 4
        assert key.lower() not in item.question.lower()
        assert item.citations
        assert "Solvents" not in item.options
        assert "Isotonic" not in item.options
        counts = [len(option.split()) for option in item.options]
        assert max(counts) - min(counts) <= 4


def test_a_wrong_option_that_the_sources_support_is_not_offered() -> None:
    also = "Roots take in water from wet soil by turgor all day long."
    for evidence in (MATERIAL.evidence, [*MATERIAL.evidence, also]):
        made = QUIZZES.quiz(
            replace(MATERIAL, terms=TERMS[:1], others=(*TERMS[1:4], *MATERIAL.others), evidence=evidence)
        )
        cloze = next(item for item in made if item.question.startswith("Which term fits the gap? Roots"))
        assert ("Turgor" in cloze.options) is (also not in evidence)


def test_a_definition_that_names_its_term_is_no_question() -> None:
    telling = (Named(term="water osmosis", definition="osmosis of water", citations=(1,)),)
    assert QUIZZES.quiz(replace(MATERIAL, facts=(), terms=telling)) == ()


@pytest.mark.parametrize(
    ("fact", "key"),
    [
        ("The treaty was signed in 1848 after long talks in the city.", "1848"),
        ("A grown blue whale is about 30 m long and eats small animals.", "30"),
    ],
)
def test_figures_are_asked_for_among_others_that_no_source_holds(fact: str, key: str) -> None:
    told = Taught(text=fact, citations=(3,))
    held = str(int(key) + 5) if len(key) == 4 else "60"
    made = QUIZZES.quiz(
        replace(MATERIAL, facts=(told,), terms=(), others=(), evidence=[fact, f"Another holds {held} of them."])
    )
    assert [item.options[item.answer] for item in made] == [key]
    assert held not in made[0].options


def test_without_anything_fair_to_ask_there_is_no_quiz() -> None:
    assert QUIZZES.quiz(replace(MATERIAL, facts=(), terms=(), others=(), evidence=())) == ()


def test_a_topic_without_terms_is_asked_about_in_whole_phrases_of_its_own() -> None:
    facts = [
        Taught(text=line, citations=(1,))
        for line in (
            "Strong winds often carry warm rain from the western ocean.",
            "Farmers along the river store grain behind the stone wall.",
            "Each spring the melting snow feeds the mountain lake.",
        )
    ]
    evidence = [*(one.text for one in facts), *["They saw the stone bridge, the water mill, and the forest path."] * 2]
    made = QUIZZES.quiz(replace(MATERIAL, facts=facts, terms=(), others=(), evidence=evidence))
    options = {option.lower() for item in made for option in item.options}
    assert len(made) == 3
    assert "mountain lake" in options or "western ocean" in options
    assert not options & {"often", "western", "stone", "along"}
