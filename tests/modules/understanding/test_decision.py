"""Which topic a question is about: by score and margin, never by its length."""

import pytest

from modules.kernel.interface import TopicId
from modules.rag.interface import ScoredTopic, Topic, TopicMatch
from modules.request_tracking.interface import Ending, RequestState
from modules.understanding.domain.decision import decide

pytestmark = pytest.mark.unit


def topic(title: str, chapter: str = "Physics", goal: str = "") -> Topic:
    return Topic(
        id=TopicId(f"book/{title}"), title=title, subject="physics", book_slug="book", book_title="A Book",
        chapter=chapter, section=title, url="https://example.org", words=400, objectives=(goal,) if goal else (),
    )  # fmt: skip


def match(query: str, *scored: tuple[Topic, float], covered: bool = True) -> TopicMatch:
    candidates = tuple(ScoredTopic(topic=one, score=score) for one, score in scored)
    margin = candidates[0].score - candidates[1].score if len(candidates) > 1 else 1.0
    return TopicMatch(query=query, interest_phrase="", candidates=candidates, margin=margin, covered=covered)


ENERGY = [
    (topic("Conservation of Energy", goal="State the law."), 0.71),
    (topic("Work and Kinetic Energy"), 0.70),
    (topic("Ecosystems and Energy Flow", "Biology"), 0.69),
    (topic("Cells and Energy", "Biology"), 0.68),
    (topic("The Price of Energy", "Economy"), 0.67),
]


def test_one_clear_topic_is_taken() -> None:
    clear = match("Explain photosynthesis", (topic("Photosynthesis", "Biology"), 0.9), (topic("Cells", "Biology"), 0.5))
    assert decide(clear) == "book/Photosynthesis"


@pytest.mark.parametrize("query", ["photosynthesis", "Photosynthesis!", "please explain photosynthesis to me"])
def test_a_named_topic_is_taken_however_short_the_question_and_small_the_margin(query: str) -> None:
    near = [(topic(f"Photosynthesis in {place}", place), 0.9) for place in ("Ponds", "Deserts", "Labs")]
    assert decide(match(query, (topic("Photosynthesis", "Biology"), 0.9), *near)) == "book/Photosynthesis"


def test_one_word_of_many_chapters_asks_back_with_four_choices() -> None:
    asked = decide(match("energy", *ENERGY))
    assert isinstance(asked, Ending)
    assert asked.state is RequestState.NEEDS_CLARIFICATION
    assert [choice.title for choice in asked.choices] == [one.title for one, _ in ENERGY[:4]]
    assert [choice.line for choice in asked.choices][:2] == ["State the law.", "Physics, A Book"]


def test_one_word_that_a_title_begins_with_is_that_topic() -> None:
    near = [
        (topic("Linear Momentum, Force, and Impulse", "8 Momentum"), 0.99),
        (topic("Momentum and Collisions"), 0.98),
    ]
    asked = match("What is momentum?", (topic("Conservation of Momentum", "8 Momentum"), 0.99), *near)
    assert decide(asked) == "book/Momentum and Collisions"


def test_one_word_with_a_clear_winner_is_taken() -> None:
    assert decide(match("energy", *[(ENERGY[0][0], 0.95), *ENERGY[1:]])) == "book/Conservation of Energy"


@pytest.mark.parametrize(
    "query", ["Tell me about science", "physics", "teach me some biology please", "help with math"]
)
@pytest.mark.parametrize("covered", [True, False])
def test_a_whole_subject_asks_back(query: str, covered: bool) -> None:
    asked = decide(match(query, *ENERGY, covered=covered))
    assert isinstance(asked, Ending)
    assert asked.state is RequestState.NEEDS_CLARIFICATION


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("best pizza place", RequestState.OUT_OF_SCOPE),
        ("What is the best pizza place near me?", RequestState.OUT_OF_SCOPE),
        ("teach me Klingon verbs", RequestState.OUT_OF_SCOPE),
        ("who won the 2022 world cup", RequestState.OUT_OF_SCOPE),
        ("how do i beat the ender dragon in minecraft", RequestState.OUT_OF_SCOPE),
        ("What were the causes of the French Revolution?", RequestState.INSUFFICIENT_SOURCES),
        ("Explain the Spanish subjunctive", RequestState.INSUFFICIENT_SOURCES),
    ],
)
def test_what_the_library_lacks_is_said_so_by_kind(query: str, state: RequestState) -> None:
    asked = decide(match(query, *ENERGY, covered=False))
    assert isinstance(asked, Ending)
    assert (asked.state, bool(asked.choices)) == (state, state is RequestState.INSUFFICIENT_SOURCES)
    assert asked.message.endswith(".")
    assert decide(match(query, covered=False)).state is state  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "query",
    [
        "¿Cómo funciona la fotosíntesis?",
        "que es un atomo y como se forma una molecula",
        "la diferencia entre velocidad y aceleracion",
        "Wie funktioniert die Photosynthese?",
        "Was ist das zweite Newtonsche Gesetz?",
        "Comment fonctionne la photosynthèse ?",
        "O que é a fotossíntese e como funciona?",
        "光合作用是如何进行的？",
        "Как работает фотосинтез?",
        "كيف يعمل التمثيل الضوئي؟",
        "तेल और पानी क्यों नहीं मिलते?",
    ],
)
def test_a_question_in_another_language_is_asked_for_in_english(query: str) -> None:
    asked = decide(match(query, *ENERGY, covered=False))
    assert isinstance(asked, Ending)
    assert (asked.state, asked.error_code) == (RequestState.INSUFFICIENT_SOURCES, "content_generation.other_language")
    assert "English" in asked.message
    assert asked.choices == ()


def test_what_is_found_is_answered_in_whatever_language_it_was_asked() -> None:
    assert decide(match("la fotosíntesis", (topic("Photosynthesis", "Biology"), 0.9))) == "book/Photosynthesis"


@pytest.mark.parametrize(
    "query",
    [
        "what is λ",
        "π",
        "how does the café make money in Los Angeles",
        "El Niño and La Niña",
        "did the dinosaurs die in Las Vegas",
        "who was Napoléon",
        "the Doppler effect",
        "🍕🍕",
        "",
        "E = mc²",
    ],
)
def test_a_foreign_name_or_a_sign_is_no_other_language(query: str) -> None:
    asked = decide(match(query, covered=False))
    assert isinstance(asked, Ending)
    assert asked.error_code != "content_generation.other_language"


def test_the_same_title_is_offered_once() -> None:
    twice = [(topic("Waves", "One"), 0.7), (topic("waves", "Two"), 0.7), *ENERGY]
    asked = decide(match("science", *twice))
    assert isinstance(asked, Ending)
    assert [choice.title for choice in asked.choices].count("Waves") == 1
    assert "waves" not in [choice.title for choice in asked.choices]
