"""The lesson as documents: whole, accessible, and inert whatever a book says."""

import re
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from modules.content_generation.interface import Lesson, TextFormat
from modules.content_generation.pipeline.rendering import document, transcript, webvtt
from modules.integrations.interface import Cue
from modules.storyboards.factory import create_storyboards
from tests.modules.lesson_writing.lessons import facts, lesson

pytestmark = pytest.mark.unit
HOSTILE = "<script>alert(1)</script> & *bold* [x](javascript:alert(1)) `code` {{ 7*7 }} | # <img src=x onerror=y>"


def hostile() -> Lesson:
    """A lesson whose every text is an attack."""
    made = lesson()
    sections = [
        replace(section, title=HOSTILE, sentences=tuple(replace(one, text=HOSTILE) for one in section.sentences))
        for section in made.sections
    ]
    source = replace(
        made.sources[0],
        quote=HOSTILE,
        book_title=HOSTILE,
        url=f'https://example.org/"{HOSTILE}',
        license_url="javascript:x",
    )
    item = replace(made.quiz[0], question=HOSTILE, options=(HOSTILE,) * 4, feedback=HOSTILE)
    return replace(
        made, title=HOSTILE, interest_name=HOSTILE, sections=tuple(sections), attributions=(HOSTILE,),
        terms=tuple(replace(term, term=HOSTILE, definition=HOSTILE) for term in made.terms),
        sources=(source, *made.sources[1:]), quiz=(item, *made.quiz[1:]),
    )  # fmt: skip


def parsed(of: Lesson) -> Any:
    """The lesson's page as a tree."""
    return html.document_fromstring(document(of, TextFormat.HTML))


def test_html_is_a_whole_page_that_asks_nobody_else() -> None:
    page = parsed(lesson())
    assert page.get("lang") == "en"
    assert page.xpath("//script | //link | //img | //iframe | //form") == []
    assert not re.search(r"@import|url\(", page.xpath("string(//style)"))
    assert [heading.tag for heading in page.xpath("//h1")] == ["h1"]
    links = page.xpath("//a/@href")
    ids = set(page.xpath("//@id"))
    assert len(ids) == len(page.xpath("//@id"))
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    assert len(page.xpath("//ol[@class='quiz']/li/details")) == len(lesson().quiz)
    assert "CC BY 4.0" in page.xpath("string(//footer)")


def test_every_fact_is_followed_by_its_citation() -> None:
    page = parsed(lesson())
    body = re.sub(r"[\s\u2060]+", " ", page.xpath("string(//main)"))
    for fact in facts(lesson()):
        marks = " ".join(map(str, fact.citations))
        assert f"{fact.text} {marks}" in body or f"{fact.text}{marks}" in body, fact.text


def test_hostile_text_stays_text_in_html() -> None:
    page = parsed(hostile())
    assert page.xpath("//script | //img | //*[@onerror]") == []
    assert HOSTILE in page.xpath("string(//h1)")
    assert not [link for link in page.xpath("//a/@href") if link.startswith("javascript:")]


def test_hostile_text_stays_text_in_markdown() -> None:
    made = document(hostile(), TextFormat.MARKDOWN)
    assert not re.search(r"(?<!\\)<(?:script|img)", made)
    assert not re.search(r"(?<!\\)\[x(?<!\\)\]\(", made)


def test_markdown_holds_citations_sources_quiz_and_credit() -> None:
    made = document(lesson(), TextFormat.MARKDOWN)
    assert made.startswith("# Photosynthesis\n")
    for source in lesson().sources:
        assert f"\n[^{source.number}]: " in made
    for fact in facts(lesson()):
        assert f"{fact.text}{''.join(f'[^{number}]' for number in fact.citations)}" in made
    assert made.count("- A. ") == len(lesson().quiz)
    assert "\n\n\n\n" not in made
    assert lesson().attributions[0] in made


def test_without_an_interest_the_page_speaks_of_none() -> None:
    made = document(lesson(interest_id=""), TextFormat.HTML)
    assert "See it through" not in made
    assert "With " not in parsed(lesson(interest_id="")).xpath("string(//p[@class='meta'])")


@pytest.mark.parametrize("text_format", list(TextFormat))
def test_an_address_on_this_server_opens_from_a_file_too(text_format: TextFormat) -> None:
    of = lesson()
    here = replace(of, sources=tuple(replace(source, url="/library/book/section") for source in of.sources))
    assert "http://vividly.test/library/book/section" in document(here, text_format, site="http://vividly.test")


def test_webvtt_escapes_and_counts_hours() -> None:
    cue = Cue(start_seconds=3661.5, end_seconds=3662.0, text="p < 0.05 & so\non")
    assert webvtt([cue]) == "WEBVTT\n\n01:01:01.500 --> 01:01:02.000\np &lt; 0.05 &amp; so\non\n\n"


def test_the_transcript_is_the_same_words() -> None:
    board = create_storyboards().scenes(lesson())
    said = " ".join(beat.display for scene in board.scenes for beat in scene.beats)
    assert transcript(board).split() == said.split()
    assert len(re.findall(r"\n\n", transcript(board))) == len(board.scenes)
