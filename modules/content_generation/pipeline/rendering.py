"""Every form of a lesson is a template: Markdown, HTML, storyboard, captions, transcript."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from pydantic import TypeAdapter

from modules.content_generation.domain import text
from modules.content_generation.domain.language import say
from modules.content_generation.domain.quizzing import BLANK, facts_in
from modules.content_generation.domain.spoken import spoken
from modules.content_generation.interface import KeyTerm, Lesson, QuizItem, Section, Sentence, TextFormat
from modules.integrations.interface import Cue, Storyboard

_TEMPLATES: Final = {TextFormat.MARKDOWN: "lesson.md", TextFormat.HTML: "lesson.html"}
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|])")
_LABEL, _TEXT = 60, 160
_STORYBOARD: Final = TypeAdapter(Storyboard)


def document(lesson: Lesson, text_format: TextFormat) -> str:
    """The lesson in this format, with its citations, sources and attribution."""
    words = sum(text.count(one.text) for section in lesson.sections for one in section.sentences)
    return _rendered(_TEMPLATES[text_format], lesson=lesson, parts=_parts(lesson), words=words)


def storyboard(lesson: Lesson) -> Storyboard:
    """The scenes of the lesson's narration and video."""
    return _STORYBOARD.validate_json(_rendered("storyboard.json", lesson=lesson).strip())


def webvtt(cues: Iterable[Cue]) -> str:
    return _rendered("captions.vtt", cues=cues)


def transcript(scenes: Storyboard) -> str:
    """The narrated words, a paragraph a slide."""
    return _rendered("transcript.txt", storyboard=scenes)


def _rendered(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("modules.content_generation"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(say=say, beat=_beat, item=_item)
    made.filters.update(
        md=lambda written: _MARKDOWN_SIGNS.sub(r"\\\1", str(written)),
        cited=_cited,
        cloze=_cloze,
        clock=_clock,
        vtt=lambda line: line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        capitalised=text.capitalised,
        clipped=text.clipped,
        count_words=text.count,
        equation_in=text.equation_in,
        mentioned=lambda terms, prose: [one.term for one in terms if text.mentions(prose, one.term)],
        section=lambda lesson, kind: [one for one in lesson.sections if one.kind == kind],
        facts=lambda lesson, kind: facts_in(s for one in lesson.sections if one.kind == kind for s in one.sentences),
    )
    made.tests.update(
        equation=text.is_equation, fact=lambda one: bool(facts_in([one])), shorter=lambda line, limit: len(line) < limit
    )
    return made


def _beat(line: str, step: int, pause: float = 0.25) -> dict[str, Any]:
    return {"display": line, "spoken": spoken(line), "step": step, "pause_seconds": pause}


def _item(label: str, line: str, correct: bool = False) -> dict[str, Any]:
    short = text.clipped(text.capitalised(label), _LABEL)
    return {"label": short, "text": text.clipped(line, _TEXT), "correct": correct}


def _parts(lesson: Lesson) -> list[tuple[Section, list[KeyTerm]]]:
    """Each section with the terms that it is the first to use."""
    shown: set[str] = set()
    parts = []
    for section in lesson.sections:
        prose = " ".join(sentence.text for sentence in section.sentences)
        new = [one for one in lesson.terms if one.term not in shown and text.mentions(prose, one.term)]
        shown |= {one.term for one in new}
        parts.append((section, new))
    return parts


def _cited(one: Sentence | KeyTerm | QuizItem) -> Markup:
    """Whatever cites, as links to its sources."""
    links = [Markup('<a href="#source-{0}" aria-label="Source {0}">{0}</a>').format(number) for number in one.citations]
    return Markup('<sup class="cite">{}</sup>').format(Markup(" ").join(links)) if links else Markup()


def _cloze(question: str) -> Markup:
    """The question with its blank as a line that a screen reader says."""
    blank = Markup('<span class="blank" role="img" aria-label="blank"></span>')
    return blank.join(Markup.escape(piece) for piece in question.split(BLANK))


def _clock(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
