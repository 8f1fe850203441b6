"""The lessons of the starter library pass the gate, and what is put into them is noticed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from modules.kernel.interface import TopicId
from modules.lesson_writing.interface import Lesson, SectionKind, Sentence
from modules.rag.interface import Passage
from modules.rubric.interface import Check, RubricReport
from modules.storyboards.factory import create_storyboards
from tests.modules.lesson_writing.lessons import PHOTOSYNTHESIS, WRITER, brief, lesson
from tests.modules.lesson_writing.library import starter
from tests.modules.rubric.golden import RUBRIC

pytestmark = pytest.mark.unit
STORYBOARDS = create_storyboards()


def judged(of: Lesson, passages: Sequence[Passage] | None = None) -> RubricReport:
    topic, held = starter()[of.topic_id]
    return RUBRIC.judge(of, passages or held, topic=topic, show=STORYBOARDS.show(STORYBOARDS.scenes(of)))


def stopping(of: Lesson) -> set[str]:
    return {one.name for one in judged(of).failed() if one.blocking}


def with_fact(change: Callable[[Sentence], Sentence]) -> Lesson:
    """The lesson on photosynthesis with its first explained fact changed."""
    made = lesson()
    place = next(number for number, one in enumerate(made.sections) if one.kind is SectionKind.EXPLANATION)
    section = made.sections[place]
    first = next(number for number, one in enumerate(section.sentences) if one.kind == "fact")
    told = list(section.sentences)
    told[first] = change(told[first])
    changed = replace(section, sentences=tuple(told))
    return replace(made, sections=(*made.sections[:place], changed, *made.sections[place + 1 :]))


@pytest.mark.parametrize("topic_id", sorted(starter()), ids=lambda topic: topic.split("/")[1])
def test_every_lesson_passes_the_gate_as_it_is(topic_id: TopicId) -> None:
    for interest_id in ("int_basketball", "int_cooking", ""):
        made = lesson(topic_id, interest_id)
        report = judged(made)
        assert report.gate, [(one.name, one.detail) for one in report.failed()]
        assert report.check(Check.GROUNDEDNESS).score == 1
        assert RUBRIC.repaired(made, starter()[topic_id][1]) is made


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, text="The Moon pulls the oceans towards it twice a day."),
        lambda one: replace(one, text=one.text.replace(".", " 17 times.")),
        lambda one: replace(one, text=one.text.replace(" on ", " never on ")),
    ],
)
def test_a_corrupted_fact_is_mended_or_taken_out(change: Callable[[Sentence], Sentence]) -> None:
    broken = with_fact(change)
    assert broken != lesson()
    if Check.GROUNDEDNESS not in stopping(broken):
        assert judged(broken).check(Check.GROUNDEDNESS).score < 1
    assert judged(RUBRIC.repaired(broken, starter()[PHOTOSYNTHESIS][1])).check(Check.GROUNDEDNESS).score == 1


def test_a_source_that_was_never_retrieved_is_none() -> None:
    made = lesson()
    forged = replace(made.sources[0], passage_id=type(made.sources[0].passage_id)(-1))
    assert Check.CITATION_PRECISION in stopping(replace(made, sources=(forged, *made.sources[1:])))


def test_a_thin_source_makes_a_lesson_that_is_refused() -> None:
    given = brief()
    short = tuple(replace(one, text="Plants are green.") for one in given.passages[:1])
    report = judged(WRITER.write(replace(given, passages=short)), short)
    assert not report.gate
    assert report.check(Check.QUIZ).blocking


def test_a_lesson_of_which_hardly_a_fact_is_left_is_stopped() -> None:
    made = lesson()
    told = [
        replace(one, sentences=tuple(line for line in one.sentences if not line.citations)) for one in made.sections
    ]
    assert Check.GROUNDEDNESS not in stopping(made)
    assert Check.GROUNDEDNESS in stopping(replace(made, sections=tuple(told)))
