"""What a lesson keeps to whatever its topic, and what grade and level change."""

import re
from dataclasses import replace

import pytest

from modules.lesson_writing.interface import Lesson, Level, SectionKind, SentenceKind
from modules.prose import interface as text
from tests.modules.lesson_writing.lessons import WRITER, brief, facts, lesson
from tests.modules.lesson_writing.library import starter

pytestmark = pytest.mark.unit
TOPICS = sorted(starter())


def narration(of: Lesson) -> list[str]:
    return [one.text for section in of.sections for one in section.sentences]


def at(level: Level, topic: int = 1) -> Lesson:
    return WRITER.write(replace(brief(TOPICS[topic], ""), level=level))


def test_a_level_changes_what_is_said_and_how_much() -> None:
    lengths = {
        level: [sum(text.count(one.text) for one in facts(at(level, topic))) for topic in range(0, 40, 5)]
        for level in Level
    }
    for simple, usual in zip(lengths[Level.SIMPLER], lengths[Level.STANDARD], strict=True):
        assert simple < usual
    assert sum(lengths[Level.DEEPER]) > 1.05 * sum(lengths[Level.STANDARD])
    assert sum(lengths[Level.SIMPLER]) < 0.85 * sum(lengths[Level.STANDARD])


def test_a_simpler_lesson_reads_easier_over_all_topics() -> None:
    grades = {
        level: sum(text.reading_grade("\n".join(narration(at(level, topic)))) for topic in range(40)) for level in Level
    }
    assert grades[Level.SIMPLER] < grades[Level.STANDARD]


@pytest.mark.parametrize("grade", [8, 10, 12])
def test_segments_are_of_a_size_that_can_be_taken_in(grade: int) -> None:
    for topic_id in TOPICS:
        made = WRITER.write(brief(topic_id, "int_basketball", grade))
        sizes = [sum(text.count(one.text) for one in section.sentences) for section in made.sections]
        assert 4 <= len(sizes) <= 10, topic_id
        assert all(size <= 95 for size in sizes), (topic_id, sizes)
        assert sum(size < 20 for size in sizes) <= 1, (topic_id, sizes)


def test_a_lesson_asks_on_the_way_and_reflects_at_the_end() -> None:
    for topic_id in TOPICS:
        made = lesson(topic_id)
        on_the_way = [one for section in made.sections[1:-1] for one in section.sentences]
        assert any(one.kind is SentenceKind.QUESTION for one in on_the_way), topic_id
        assert made.sections[-1].kind is SectionKind.RECAP
        assert made.sections[-1].sentences[-1].text.endswith("?")


def test_a_lesson_speaks_to_its_reader() -> None:
    for topic_id in TOPICS:
        said = " ".join(narration(lesson(topic_id)))
        often = len(re.findall(r"\b(?:you|your|we|our|let's)\b", said, re.IGNORECASE))
        assert 1 <= 100 * often / text.count(said) <= 8, topic_id


def test_every_term_of_the_topic_that_a_lesson_uses_is_explained_in_time() -> None:
    for topic_id in TOPICS:
        made, told = lesson(topic_id), set[str]()
        for section in made.sections:
            told |= {one.term for one in section.terms}
            prose = " ".join(one.text for one in section.sentences if one.kind is SentenceKind.FACT)
            used = {one.term for one in starter()[topic_id][0].terms if text.mentions(prose, one.term)}
            assert used <= told, (topic_id, section.title)


def test_ten_interests_tell_the_same_facts() -> None:
    for topic_id in TOPICS[::8]:
        told = {
            tuple(one.text for one in facts(WRITER.write(brief(topic_id, interest.id))))
            for interest in WRITER.interests()[::6]
        }
        assert len(told) == 1


def test_a_topic_of_formulas_only_makes_a_lesson_without_facts_and_questions() -> None:
    given = brief(interest_id="")
    passages = tuple(replace(one, text="E = m c^2\nF = m a\nx = 4") for one in given.passages)
    made = WRITER.write(replace(given, passages=passages))
    assert [one for one in facts(made) if not one.equation] == []
    assert made.quiz == ()
