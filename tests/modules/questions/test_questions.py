"""How students ask: interests, asking words, slips of the pen."""

import pytest

from modules.questions.domain.question import analyse
from modules.questions.domain.spelling import nearest
from modules.questions.factory import create_questions

pytestmark = pytest.mark.unit
INTERESTS = ("basketball", "soccer", "music", "cooking", "swimming", "the pool", "skateboarding", "video games")


@pytest.mark.parametrize(
    ("asked", "words", "interest"),
    [
        ("Explain photosynthesis with basketball", "photosynthesis", "basketball"),
        ("how does friction work using soccer", "friction", "soccer"),
        ("how do levers work as if I were a skateboarder", "levers", "skateboarder"),
        ("I love cooking, what is osmosis?", "osmosis", "cooking"),
        ("explain gravity for a music fan", "gravity", "music"),
        ("using basketball explain photosynthesis", "photosynthesis", "basketball"),
        ("Explain with basketball how photosynthesis works", "photosynthesis", "basketball"),
        ("As a basketball fan, explain inertia", "inertia", "basketball"),
        ("what is a rational equation? im really into movies", "rational equation", "movies"),
        ("distance but make it about swimming", "distance", "swimming"),
        ("newtons 3rd law but explain it using swimming pls", "newtons 3rd law", "swimming"),
        (
            "half life of radioactive stuff explained with pokemon cards",
            "half life of radioactive stuff",
            "pokemon cards",
        ),
        ("how do kidneys filter blood, like my fish tank filter", "how do kidneys filter blood", "fish tank filter"),
        ("catalyst like a good coach?", "catalyst", "good coach"),
        ("Batesian mimicry with horses", "Batesian mimicry", "horses"),
        ("Explain momentum, I like football", "momentum", "football"),
    ],
)
def test_the_interest_is_split_off(asked: str, words: str, interest: str) -> None:
    question = analyse(asked, INTERESTS)
    assert (question.words, question.interest_phrase) == (words, interest)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("conduction with convection", "conduction with convection"),
        ("work done with a force", "work done with a force"),
        ("compare mitosis with meiosis", "compare mitosis with meiosis"),
        ("How do musical instruments make sound?", "How do musical instruments make sound"),
        ("tell me about music", "music"),
        ("teach me basketball", "basketball"),
        ("what is the physics of basketball?", "physics of basketball"),
        ("how does light travel through the pool", "how does light travel through the pool"),
        ("why do metals like copper conduct heat", "why do metals like copper conduct heat"),
        ("how do like charges repel", "how do like charges repel"),
        ("Explain like charges", "like charges"),
        ("what does sound look like", "sound look like"),
        ("As a result of the treaty, which land was won?", "As a result of the treaty, which land was won"),
    ],
)
def test_content_is_never_taken_for_an_interest(asked: str, words: str) -> None:
    question = analyse(asked, INTERESTS)
    assert (question.words, question.interest_phrase) == (words, "")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Can you please explain to me what is the difference of x and y?", "difference of x and y"),
        ("eli5 entropy", "entropy"),
        ("explain entropy like I'm 5", "entropy"),
        ("hey pls explain torque for 8th grade", "torque"),
        ("whats work", "work"),
        ("How does the heart work?", "heart"),
        ("i dont understand vectors", "vectors"),
        ("why is the sky blue?", "why is the sky blue"),
        ("what", "what"),
        ("  ", ""),
        ("\x00\x1b tide\u200b ", "tide"),
    ],
)
def test_the_asking_words_go_and_the_content_stays(asked: str, words: str) -> None:
    assert analyse(asked, INTERESTS).words == words


def test_only_a_thing_asked_for_by_its_name_is_held_to_its_words() -> None:
    assert analyse("What is chemosynthesis in vents?", []).named == ("chemosynthesis", "vents")
    assert analyse("why does my phone get warm when it charges", []).named == ()
    assert analyse("What is the mass of a very small moving billiard ball here?", []).named == ()


VOCABULARY = dict.fromkeys(
    """collision potassium chatelier independent hybridization alzheimer experiment quadratic capacitor speaker
    photosynthesis different magnetic continuous""".split(),  # noqa: SIM905
    1,
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("collison", "collision"),
        ("potasium", "potassium"),
        ("independant", "independent"),
        ("hybridisation", "hybridization"),
        ("alzhiemer", "alzheimer"),
        ("expirement", "experiment"),
        ("quadradic", "quadratic"),
        ("capaciter", "capacitor"),
        ("photosinthesis", "photosynthesis"),
        ("diffrent", "different"),
        ("sneaker", None),
        ("klingon", None),
        ("seat", None),
        ("m54057", None),
    ],
)
def test_a_slip_finds_its_word_and_another_word_does_not(slip: str, meant: str | None) -> None:
    assert nearest(slip, VOCABULARY) == meant


def test_a_question_is_mended_where_the_library_does_not_know_a_word() -> None:
    questions = create_questions(interest_phrases=["pool"])
    asked = questions.analyse("pool balls, elastic Collison")
    mended = questions.mended(asked, ["collison"], VOCABULARY)
    assert mended.words == "pool balls, elastic collision"
    assert "collision" in mended.content
    assert questions.mended(asked, [], VOCABULARY) == asked
