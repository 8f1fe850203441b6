"""The pure rules: questions, passages, evidence."""

from dataclasses import replace

import pytest

from modules.chunking.domain.chunking import content_hash, passages_of
from modules.kernel.interface import TopicId
from modules.questions.domain.question import analyse, content_words
from modules.rag.domain.evidence import Evidence, Overlap, judge
from modules.rag.domain.retrieval import Hit, by_section, fused
from modules.rag.interface import Topic
from modules.textbooks.interface import Block, BlockKind, Section

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


def section(*blocks: Block) -> Section:
    return Section(key="k", title="T", number="1.1", chapter="1 C", subject="physics", url="u", blocks=blocks)


def prose(words: int, heading: str = "H", kind: BlockKind = BlockKind.TEXT) -> Block:
    parts = tuple(f"Sentence {number} has {heading} words." for number in range(words // 5))
    return Block(kind=kind, heading=heading, parts=parts)


def test_passages_hold_60_to_200_words_of_one_heading() -> None:
    passages = passages_of(section(*(prose(45) for _ in range(7)), prose(700, "Long"), prose(80, "Other")))
    for passage in passages:
        assert 60 <= len(passage.text.split()) <= 230
        assert passage.text.endswith(".")
    assert {passage.heading for passage in passages} == {"H", "Long", "Other"}
    assert len({passage.heading for passage in passages if "Long" in passage.text}) == 1


def test_a_passage_never_exceeds_its_limit() -> None:
    endless = Block(kind=BlockKind.TEXT, heading="", parts=("x" * 9_000,))
    rows = Block(kind=BlockKind.TEXT, heading="", parts=("cell | " * 90,) * 60, lines=True)
    passages = passages_of(section(endless, rows))
    assert passages
    assert all(1 <= len(passage.text) <= 4_000 for passage in passages)


def test_an_example_keeps_together() -> None:
    example = [prose(140, kind=BlockKind.EXAMPLE), prose(130, kind=BlockKind.EXAMPLE)]
    assert len(passages_of(section(*example))) == 1


def test_the_content_hash_follows_the_content() -> None:
    one, other = section(prose(60)), section(prose(65))
    assert content_hash(one) == content_hash(section(prose(60)))
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) != content_hash(replace(one, title="U"))
    moved = replace(one, key="l", number="9.9", chapter="9 Z", url="elsewhere")
    assert content_hash(one) == content_hash(moved)


def test_both_legs_count_and_three_passages_speak_for_a_section() -> None:
    both = Hit(passage_id=1, section_id=10, lexical=2.0, cosine=0.5)
    words = Hit(passage_id=2, section_id=20, lexical=3.0, cosine=0.0)
    sense = Hit(passage_id=3, section_id=20, lexical=0.0, cosine=0.6)
    ranked = fused([words, sense, both])
    assert [hit.passage_id for hit, _ in ranked] == [1, 2, 3]
    assert [found[0] for found in by_section(ranked)] == [10, 20]
    assert by_section(ranked)[1][2] == 0.6


def topic(title: str, book: str) -> Topic:
    return Topic(
        id=TopicId(f"{book}/{title}"), title=title, subject="physics", book_slug=book, book_title=book, chapter="1",
        section=f"1.1 {title}", url="u", words=100,
    )  # fmt: skip


def evidence(found: Topic, cosine: float, share: float) -> Evidence:
    overlap = Overlap(total=10, terms=10 * share, text=10 * share)
    return Evidence(topic=found, relevance=cosine / 30, cosine=cosine, overlap=overlap)


def test_the_margin_skips_the_same_topic_of_another_book() -> None:
    items = [
        evidence(topic("Work", "a"), 0.7, 1.0),
        evidence(topic("work", "b"), 0.69, 1.0),
        evidence(topic("Power", "b"), 0.4, 0.2),
    ]
    match = judge(analyse("work", []), items, dense=True, content_words=content_words)
    assert match.covered
    assert [item.topic.title for item in match.candidates] == ["Work", "work", "Power"]
    assert match.margin == pytest.approx(match.candidates[0].score - match.candidates[2].score)


def test_another_book_s_longer_title_is_the_same_topic() -> None:
    first, longer = topic("Newton’s Third Law", "a"), topic("Newton's Third Law of Motion", "b")
    items = [evidence(first, 0.7, 1.0), evidence(longer, 0.69, 1.0)]
    assert judge(analyse("newton", []), items, dense=True, content_words=content_words).margin > 0.9
    within = [evidence(topic("Refraction", "a"), 0.7, 1.0), evidence(topic("Refraction of Light", "a"), 0.69, 1.0)]
    assert judge(analyse("refraction", []), within, dense=True, content_words=content_words).margin < 0.1


def test_a_far_passage_is_no_evidence() -> None:
    match = judge(
        analyse("pizza", []), [evidence(topic("Work", "a"), 0.25, 0.1)], dense=True, content_words=content_words
    )
    assert not match.covered


def test_a_thing_that_the_library_never_names_is_not_covered_however_near_its_neighbours() -> None:
    near = [evidence(topic("Photosynthesis", "a"), 0.7, 0.8)]
    question = analyse("What is chemosynthesis in vents?", [])
    assert question.named == ("chemosynthesis", "vents")
    assert judge(question, near, dense=True, content_words=content_words).covered
    assert not judge(question, near, dense=True, content_words=content_words, unknown=["vents"]).covered


def test_a_slip_of_the_pen_is_no_unknown_thing() -> None:
    near = [evidence(topic("Photosynthesis", "a"), 0.7, 0.0)]
    question = analyse("Explain photosinthesis", [])
    assert judge(question, near, dense=True, content_words=content_words, unknown=["photosinthesis"]).covered


def test_only_a_thing_asked_for_by_its_name_is_held_to_its_words() -> None:
    assert analyse("why does my phone get warm when it charges", []).named == ()
    assert analyse("What is the mass of a very small moving billiard ball here?", []).named == ()
