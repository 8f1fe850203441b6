"""What is listed and what belongs together, without a library."""

import pytest

from modules.catalogue.domain.completion import completions, folded
from modules.catalogue.factory import create_catalogue
from modules.catalogue.interface import Listing, Term, Topic
from modules.curation.interface import Notes, TopicNote
from modules.kernel.interface import TopicId
from modules.questions.factory import create_questions

pytestmark = pytest.mark.unit
CATALOGUE = create_catalogue(questions=create_questions(interest_phrases=()))


def topic(title: str, book: str = "a", *, subject: str = "physics", terms: tuple[str, ...] = ()) -> Topic:
    return Topic(
        id=TopicId(f"{book}/{title}"), title=title, subject=subject, book_slug=book, book_title=book, chapter="1",
        section=f"1.1 {title}", url="u", words=9, terms=tuple(Term(term=term, definition="") for term in terms),
    )  # fmt: skip


def listing(*topics: Topic, notes: tuple[TopicNote, ...] = ()) -> Listing:
    return CATALOGUE.of(dict(enumerate(topics)), Notes(by_topic={note.topic_id: note for note in notes}))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (topic("Newton's Second Law of Motion"), topic("Newton’s Second Law", "b"), True),
        (topic("Ohm's law"), topic("Electric Circuits and Ohm's Law", "b"), True),
        (topic("Cells", subject="biology"), topic("Galvanic Cells", "b", subject="chemistry"), False),
        (topic("Mendel and the Laws of Probability"), topic("Probability", "b"), False),
        (topic("Cells", subject="biology"), topic("Cells", "a", subject="biology"), False),
        (
            topic("Work and the Theorem", terms=("work", "joules", "kinetic energy", "watt")),
            topic("Pushing", "b", terms=("Work", "joule", "kinetic energy")),
            True,
        ),
        (topic("One", terms=("work", "joule")), topic("Two", "b", terms=("work", "joule")), False),
    ],
)
def test_equal_topics_share_a_subject_and_their_words_or_terms(one: Topic, other: Topic, equal: bool) -> None:
    assert bool(listing(one, other).related(one, ()).same) is equal


def test_a_note_on_a_lost_target_is_passed_over() -> None:
    gone = TopicNote(topic_id=TopicId("a/One"), merged_into="b/gone")
    assert [one.title for one in listing(topic("One"), notes=(gone,)).topics()] == ["One"]


def test_what_is_needed_is_shown_as_what_stands_for_it_once() -> None:
    one, two, three = topic("One"), topic("Two"), topic("Three")
    merged = TopicNote(topic_id=one.id, merged_into=two.id)
    related = listing(one, two, three, notes=(merged,)).related(three, [one.id, two.id, TopicId("a/gone")])
    assert [found.title for found in related.prerequisites] == ["Two"]
    hidden = TopicNote(topic_id=one.id, hidden=True)
    related = listing(one, two, three, notes=(hidden,)).related(three, [one.id])
    assert related.prerequisites == ()


def test_five_prerequisites_are_enough() -> None:
    topics = [topic(f"T{number}") for number in range(9)]
    assert len(listing(*topics).related(topics[-1], [one.id for one in topics]).prerequisites) == 5


def test_within_keeps_what_is_shown_inside() -> None:
    one, two, three = topic("One"), topic("Two"), topic("Three")
    merged, hidden = TopicNote(topic_id=one.id, merged_into=two.id), TopicNote(topic_id=three.id, hidden=True)
    shown = listing(one, two, three, notes=(merged, hidden))
    assert (shown.within([0, 1, 2, 7]), shown.within([0, 2]), shown.hidden()) == ([0, 1], [], [2])
    assert [found.title if (found := shown.standing(at)) else None for at in (0, 1, 2, 7)] == ["Two", "Two", None, None]


def test_letters_are_folded() -> None:
    assert folded("  Schrödinger’s  CAT (1935)_x") == "schrodingers cat 1935 x"


def test_the_better_beginning_comes_first() -> None:
    lines = [("The law", ["second law"]), ("A lawn", []), ("Energy", ["law of energy", "a law"]), ("Lawful", [])]
    assert completions("LAW", lines, limit=9) == [(3, "Lawful"), (0, "The law"), (1, "A lawn"), (2, "law of energy")]
    assert completions("law", lines, limit=1) == [(3, "Lawful")]
    assert completions("l", lines, limit=9) == []
