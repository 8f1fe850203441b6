"""The lesson as a document: Markdown for everywhere, HTML as a whole page that needs nothing else."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from modules.content_generation.domain import text
from modules.content_generation.interface import KeyTerm, Lesson, Section, SentenceKind, TextFormat

_TEMPLATES: Final = {TextFormat.MARKDOWN: "lesson.md", TextFormat.HTML: "lesson.html"}
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|])")


@dataclass(frozen=True, slots=True)
class _Part:
    """A section with the terms that it is the first to use."""

    section: Section
    terms: tuple[KeyTerm, ...]


def render(lesson: Lesson, text_format: TextFormat) -> str:
    """The lesson in this format, with its citations, sources and attribution."""
    template = _environment().get_template(_TEMPLATES[text_format])
    return template.render(lesson=lesson, parts=_parts(lesson), words=_words(lesson))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("modules.content_generation"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["md"] = lambda written: _MARKDOWN_SIGNS.sub(r"\\\1", str(written))
    made.filters["cited"] = _cited
    made.filters["capitalised"] = text.capitalised
    made.filters["cloze"] = _cloze
    made.tests["equation"] = text.is_equation
    made.tests["fact"] = lambda sentence: sentence.kind is SentenceKind.FACT
    return made


def _parts(lesson: Lesson) -> list[_Part]:
    shown: set[str] = set()
    parts = []
    for section in lesson.sections:
        prose = " ".join(sentence.text for sentence in section.sentences)
        new = tuple(one for one in lesson.terms if one.term not in shown and text.mentions(prose, one.term))
        shown |= {one.term for one in new}
        parts.append(_Part(section, new))
    return parts


def _words(lesson: Lesson) -> int:
    return sum(len(text.words(one.text)) for section in lesson.sections for one in section.sentences)


def _cited(citations: tuple[int, ...]) -> Markup:
    links = [f'<a href="#source-{number}" aria-label="Source {number}">{number}</a>' for number in citations]
    return Markup('<sup class="cite">{}</sup>').format(Markup(" ").join(map(Markup, links))) if links else Markup()


def _cloze(question: str) -> Markup:
    """The question with its blank as a line that a screen reader says."""
    blank = Markup('<span class="blank" role="img" aria-label="blank"></span>')
    return blank.join(Markup.escape(piece) for piece in question.split("_____"))
