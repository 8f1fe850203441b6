"""The lesson as written documents: Markdown, HTML, and the captions and transcript of its narration."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from modules.content_generation.domain.wording import capitalised, words
from modules.content_generation.interface import KeyTerm, Lesson, QuizItem, Sentence, SentenceKind, TextFormat
from modules.integrations.interface import Cue, Storyboard

_TEMPLATES: Final = {TextFormat.MARKDOWN: "lesson.md", TextFormat.HTML: "lesson.html"}
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*{}\[\]<>#|]|(?<!_)_(?!_))")
_BLANK: Final = re.compile(r"_{2,}")


def document(lesson: Lesson, text_format: TextFormat, *, site: str = "") -> str:
    """The lesson in this format, with its citations, sources and attribution.

    `site` comes before addresses on this server, so that they open from a file too.
    """
    length = sum(words(one.text) for section in lesson.sections for one in section.sentences)
    return _rendered(_TEMPLATES[text_format], lesson=lesson, words=length, site=site)


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
    )
    made.filters.update(
        link=_link,
        md=lambda written: _MARKDOWN_SIGNS.sub(r"\\\1", str(written)),
        cited=_cited,
        cloze=_cloze,
        clock=_clock,
        vtt=lambda line: line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        capitalised=capitalised,
    )
    made.tests["fact"] = lambda one: one.kind is SentenceKind.FACT
    return made


def _link(url: str, site: str = "") -> str:
    """An address on the web, or on this server, that can do nothing but be opened."""
    if re.match(r"/(?!/)", url):
        url = f"{site}{url}"
    return quote(url, safe=":/?#@!$&*+,;=%~-._") if re.match(r"https?://|/(?!/)", url) else ""


def _cited(one: Sentence | KeyTerm | QuizItem) -> Markup:
    """Whatever cites, as links to its sources."""
    links = [Markup('<a href="#source-{0}" aria-label="Source {0}">{0}</a>').format(number) for number in one.citations]
    return Markup('&NoBreak;<sup class="cite">{}</sup>').format(Markup(" ").join(links)) if links else Markup()


def _cloze(question: str) -> Markup:
    """The question with its blank as a line that a screen reader says."""
    blank = Markup('<span class="blank" role="img" aria-label="blank"></span>')
    return blank.join(Markup.escape(piece) for piece in _BLANK.split(question))


def _clock(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
