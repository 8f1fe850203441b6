"""What every lesson of the starter library keeps to."""

import re
from dataclasses import replace

import pytest

from modules.kernel.interface import TopicId
from modules.lesson_writing.interface import SectionKind, SentenceKind
from modules.prose import interface as text
from modules.rag.interface import PassageKind
from tests.modules.lesson_writing.lessons import PHOTOSYNTHESIS, WRITER, brief, facts, lesson
from tests.modules.lesson_writing.library import starter

pytestmark = pytest.mark.unit
EVERY_TOPIC = pytest.mark.parametrize("topic_id", sorted(starter()), ids=lambda topic: topic.split("/")[1])


def _same(line: str) -> str:
    return re.sub(r"\W+", " ", line).lower().strip()


def _said(quote: str) -> str:
    """A quote with the simpler words that a lesson may say in place of its rare ones."""
    plain = " ".join(map(text.simpler, text.sentences(quote)))
    return f"{quote} {plain} This These is means causes allows makes results leads But So Yet"


@EVERY_TOPIC
def test_every_fact_is_made_of_the_words_of_the_passage_that_it_cites(topic_id: TopicId) -> None:
    made = lesson(topic_id)
    quotes = {source.number: source.quote for source in made.sources}
    assert facts(made)
    for fact in facts(made):
        cited = [quotes[number] for number in fact.citations]
        assert any(set(_same(fact.text).split()) <= set(_same(_said(quote)).split()) for quote in cited), fact.text
        assert any(text.numbers(fact.text) <= text.numbers(quote) for quote in cited), fact.text
        assert any(text.negations(fact.text) <= text.negations(quote) for quote in cited), fact.text


@EVERY_TOPIC
def test_every_lesson_has_three_or_four_questions_and_its_comparison(topic_id: TopicId) -> None:
    for interest_id in ("int_basketball", "int_cooking"):
        made = lesson(topic_id, interest_id)
        assert len(made.quiz) in {3, 4}
        assert made.analogy
        length = sum(text.count(one.text) for section in made.sections for one in section.sentences)
        assert 250 <= length <= 640


@EVERY_TOPIC
def test_the_interest_changes_the_comparison_and_no_fact(topic_id: TopicId) -> None:
    one, other, plain = (lesson(topic_id, interest) for interest in ("int_basketball", "int_music", ""))
    assert facts(one) == facts(other) == facts(plain)
    assert (one.quiz, one.terms, one.sources) == (other.quiz, other.terms, other.sources)
    assert one.analogy != other.analogy
    assert plain.analogy is None
    assert plain.interest_id == ""
    assert SectionKind.ANALOGY not in {section.kind for section in plain.sections}


@EVERY_TOPIC
def test_a_quiz_asks_fairly(topic_id: TopicId) -> None:
    made = lesson(topic_id)
    quotes = {source.number: source.quote for source in made.sources}
    for item in made.quiz:
        key = item.options[item.answer]
        assert len({option.lower() for option in item.options}) == 4
        assert text.mentions(" ".join(quotes[number] for number in item.citations), key)
        assert not text.mentions(item.question, key)
        for option in item.options:
            if option != key and "_____" in item.question:
                claim = item.question.split("? ", 1)[1].replace("_____", option)
                assert _same(claim) not in _same(" ".join(quotes.values()))
    assert len({item.question for item in made.quiz}) == len(made.quiz)


def test_keys_stand_in_different_places() -> None:
    places = [item.answer for topic_id in starter() for item in lesson(topic_id).quiz]
    assert all(places.count(place) >= len(places) / 8 for place in range(4))
    assert all(len({item.answer for item in lesson(topic_id).quiz}) > 1 for topic_id in starter())


def test_no_sentence_points_outside_the_lesson() -> None:
    lines = [fact.text for topic_id in starter() for fact in facts(lesson(topic_id))]
    assert not [line for line in lines if re.search(r"\b(figure|shown|above|below|chapter)\b", line, re.IGNORECASE)]


def test_counted_steps_are_taken_whole_or_not_at_all() -> None:
    counted = re.compile(r"(First|Second|Third|Fourth|Next|Then|Finally),? ")
    for topic_id in starter():
        explained = [one for one in lesson(topic_id).sections if one.kind is SectionKind.EXPLANATION]
        for section in explained:
            lines = [one.text for one in section.sentences if one.kind is SentenceKind.FACT]
            steps = [found[1] for line in lines if (found := counted.match(line))]
            assert "First" not in steps or (steps[0] == "First" and len(steps) > 1), (topic_id, steps)
            assert not {"Second", "Third", "Fourth"} & set(steps) or steps[0] == "First", (topic_id, steps)


def test_each_term_is_explained_where_it_is_first_used() -> None:
    for topic_id in starter():
        made = lesson(topic_id)
        assert {term.term for section in made.sections for term in section.terms} == {term.term for term in made.terms}
        for section in made.sections:
            prose = " ".join(one.text for one in section.sentences)
            assert all(text.mentions(prose, term.term) for term in section.terms)


def test_a_younger_reader_gets_no_harder_text() -> None:
    def grade(years: int) -> float:
        total = 0.0
        for topic_id in list(starter())[::8]:
            made = WRITER.write(brief(topic_id, "", years))
            total += text.reading_grade("\n".join(fact.text for fact in facts(made)))
        return total

    assert grade(6) <= grade(12)


def test_figure_notes_and_loose_connectives_go_and_dangling_sentences_stay_out() -> None:
    given = brief()
    prose = (
        "A leaf is thin (see Figure 4.2). However, chlorophyll is a green pigment that absorbs light. "
        "This is why leaves look green to us. It was found in Figure 3. Photosynthesis makes sugar in the leaf."
    )
    passages = [
        replace(one, text=prose if one.kind is PassageKind.TEXT else one.text)
        for one in given.passages
        if one.kind is not PassageKind.EXAMPLE
    ]
    made = WRITER.write(replace(given, passages=tuple(passages)))
    lines = {fact.text for fact in facts(made)}
    assert "Chlorophyll is a green pigment that absorbs light." in lines or (
        "However, chlorophyll is a green pigment that absorbs light." in lines and "A leaf is thin." in lines
    )
    assert not any("Figure" in line or line.startswith(("This", "It")) for line in lines)


def test_the_topic_stands_in_sentences_as_the_book_writes_it() -> None:
    by_title = {topic.title: topic_id for topic_id, (topic, _) in starter().items()}
    made = lesson(by_title["Newton's Second Law"])
    assert made.sections[0].sentences[0].text == "What could basketball have to do with Newton's second law?"
    assert "DNA and replication" in lesson(by_title["DNA and Replication"]).sections[0].sentences[0].text


def test_photosynthesis_with_basketball_tells_its_story_in_order() -> None:
    made = lesson(PHOTOSYNTHESIS)
    kinds = [section.kind for section in made.sections]
    assert kinds == sorted(kinds, key=list(SectionKind).index)
    assert kinds.count(SectionKind.EXPLANATION) == 3
    assert made.analogy
    assert [pair.concept for pair in made.analogy.pairs] == ["light energy from the Sun", "the chloroplast", "glucose"]
    assert {"chlorophyll", "stomata"} <= {term.term for term in made.terms}
