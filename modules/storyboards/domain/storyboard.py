"""Turns a lesson into scenes: each narrated sentence is one beat, and one step of what its slide shows.

The voice tells, and the slide shows a few words of it as they are said: to read and hear the same sentence teaches less
(Mayer's redundancy principle).
"""

import re
from collections.abc import Sequence
from typing import Final

from modules.integrations.interface import Beat, Scene, SceneKind, SlideItem, Storyboard
from modules.lesson_writing.interface import Lesson, Section, SectionKind, Sentence, SentenceKind
from modules.storyboards.domain.gist import bare, gist
from modules.storyboards.domain.spoken import spoken
from modules.storyboards.domain.wording import capitalised, clipped, say, words

_LABEL, _TEXT, _FOOTER = 60, 160, 120
_SLIDE_WORDS: Final = 27
_FEWEST: Final = 3
_TITLE_WORDS: Final = 4
_TERMS: Final = 4
_STEP_WORDS: Final = 32
_EQUATION: Final = 60
_THINKING_SECONDS: Final = 3.0
_LETTERS: Final = "ABCD"


def storyboard(lesson: Lesson) -> Storyboard:
    """The scenes of a lesson's narration and video."""
    scenes = (_title, _terms, _process, _equation, _analogy, _quiz, _summary)
    made = [scene(lesson) for scene in scenes]
    return Storyboard(
        title=lesson.title,
        subject=lesson.subject,
        interest=lesson.interest_name,
        scenes=tuple(scene for scene in made if scene and scene.beats),
    )


def _beat(line: str, step: int, pause: float = 0.25) -> Beat:
    return Beat(display=line, spoken=spoken(line), step=step, pause_seconds=pause)


def _item(label: str, line: str, *, correct: bool = False) -> SlideItem:
    return SlideItem(label=clipped(capitalised(label), _LABEL), text=clipped(line, _TEXT), correct=correct)


def _told(labels: Sequence[str], lines: Sequence[str]) -> tuple[SlideItem, ...]:
    """An item a line: its label, and as much of the line as a slide of so many items has room for."""
    room = max(_FEWEST, (_SLIDE_WORDS - sum(map(words, labels))) // max(1, len(labels)))
    pairs = zip(labels, lines, strict=True)
    return tuple(_item(label, gist(_beyond(label, line), most=room)) for label, line in pairs)


def _beyond(label: str, line: str) -> str:
    """The line without the words of the label that stands beside it."""
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, label.split()))})\b", "", line, flags=re.IGNORECASE)


def _headline(title: str) -> str:
    """A title as a slide shows it, which the voice says in full."""
    short = bare(title.rsplit(":", maxsplit=1)[-1].strip())
    return next((one for one in (title, short) if words(one) <= _TITLE_WORDS), gist(title, most=_TITLE_WORDS))


def _sections(lesson: Lesson, kind: SectionKind) -> list[Section]:
    return [section for section in lesson.sections if section.kind is kind]


def _facts(sections: Sequence[Section]) -> list[Sentence]:
    return [one for section in sections for one in section.sentences if one.kind is SentenceKind.FACT]


def _title(lesson: Lesson) -> Scene:
    interest = lesson.interest_name.lower()
    hook = [one for section in _sections(lesson, SectionKind.HOOK) for one in section.sentences]
    lines = [*hook[:2], *_facts(_sections(lesson, SectionKind.BIG_IDEA))[:1]]
    return Scene(
        kind=SceneKind.TITLE,
        title=lesson.title,
        text=say("video_subtitle", interest=interest) if interest else "",
        beats=(_beat(f"{lesson.title.rstrip('.?!')}.", 0, 0.4), *(_beat(one.text, 0, 0.4) for one in lines)),
    )


def _terms(lesson: Lesson) -> Scene:
    chosen = lesson.terms[:_TERMS]
    lines = [f"{capitalised(one.term)}: {one.definition}" for one in chosen]
    return Scene(
        kind=SceneKind.TERMS,
        title=say("video_terms"),
        items=_told([one.term for one in chosen], [one.definition for one in chosen]),
        beats=tuple(_beat(line, step) for step, line in enumerate(lines, start=1)),
    )


def _process(lesson: Lesson) -> Scene:
    steps = [(section, _short(section)) for section in _sections(lesson, SectionKind.EXPLANATION)]
    steps = [(section, facts) for section, facts in steps if facts]
    said = [
        (shown, line)
        for step, (section, facts) in enumerate(steps, 1)
        for shown, line in [(step - 1, _lead(lesson, section, facts)), *((step, one.text) for one in facts)]
    ]
    titles = [_headline(section.title) for section, _ in steps]
    return Scene(
        kind=SceneKind.PROCESS,
        title=say("video_process"),
        items=_told(titles, [facts[0].text for _, facts in steps]),
        beats=tuple(_beat(line, step) for step, line in said),
    )


def _lead(lesson: Lesson, section: Section, facts: Sequence[Sentence]) -> str:
    """What leads to a step; its title, when that names a term that the step does not say."""
    prose = " ".join(one.text for one in facts).lower()
    shown = [one.term.lower() for one in lesson.terms if one.term.lower() in section.title.lower()]
    return f"{section.title.rstrip('.?!')}." if any(term not in prose for term in shown) else section.sentences[0].text


def _short(section: Section) -> list[Sentence]:
    """The first sentences of a section that fit one step; equations have a scene of their own."""
    prose = [one for one in _facts([section]) if one.text != one.equation]
    end, room = 0, _STEP_WORDS
    while end < len(prose) and (end == 0 or words(prose[end].text) <= room):
        room -= words(prose[end].text)
        end += 1
    counts_on = 1 < end < len(prose) and prose[end - 1].text.startswith(say("first_step"))
    return prose[: end - counts_on]


def _equation(lesson: Lesson) -> Scene | None:
    facts = _facts(_sections(lesson, SectionKind.EXPLANATION))
    short = [one.equation for one in facts if 0 < len(one.equation) <= _EQUATION]
    if not short:
        return None
    return Scene(
        kind=SceneKind.EQUATION,
        title=say("video_equation"),
        text=short[0],
        beats=(_beat(say("video_equation_lead"), 0), _beat(short[0], 0, 0.8)),
    )


def _analogy(lesson: Lesson) -> Scene | None:
    if lesson.analogy is None:
        return None
    pairs = lesson.analogy.pairs
    lines = [lesson.analogy.opening, *(pair.sentence for pair in pairs), lesson.analogy.limit]
    return Scene(
        kind=SceneKind.ANALOGY,
        title=say("analogy_title", interest=lesson.interest_name.lower()),
        items=tuple(_item(_headline(pair.concept), bare(pair.interest)) for pair in pairs),
        beats=tuple(_beat(line, min(step, len(pairs))) for step, line in enumerate(lines)),
    )


def _quiz(lesson: Lesson) -> Scene | None:
    item = next((item for item in lesson.quiz if len(item.question) <= _TEXT), None)
    if item is None:
        return None
    choices = ", ".join(f"{letter}: {option}" for letter, option in zip(_LETTERS, item.options, strict=True))
    answer = say("video_answer", letter=_LETTERS[item.answer], option=item.options[item.answer])
    count = len(item.options)
    return Scene(
        kind=SceneKind.QUIZ,
        title=say("video_quiz"),
        text=gist(_asked(item.question), most=max(_FEWEST, _SLIDE_WORDS - sum(map(words, item.options)))),
        items=tuple(_item(option, "", correct=place == item.answer) for place, option in enumerate(item.options)),
        beats=(_beat(item.question, count), _beat(f"{choices}.", count, _THINKING_SECONDS), _beat(answer, count, 0.6)),
    )


def _asked(question: str) -> str:
    """What a question is about: a sentence to complete, where there is one."""
    *_, last = re.split(r"(?<=[?.:])\s+(?=\S)", question.strip())
    return last.replace("_", "").rstrip("?")


def _summary(lesson: Lesson) -> Scene:
    facts = _facts(_sections(lesson, SectionKind.RECAP) or _sections(lesson, SectionKind.BIG_IDEA))
    lines = [say("video_recap_lead"), *(one.text for one in facts)]
    return Scene(
        kind=SceneKind.SUMMARY,
        title=say("recap_title"),
        items=_told([_headword(lesson, one.text) for one in facts], [one.text for one in facts]),
        beats=tuple(_beat(line, step) for step, line in enumerate(lines)),
        footer=clipped(" ".join(lesson.attributions), _FOOTER),
    )


def _headword(lesson: Lesson, line: str) -> str:
    """The term that a sentence of the recap is about, else its first words."""
    places = [(line.lower().find(one.term.lower()), one.term) for one in lesson.terms]
    found = [place for place in places if place[0] >= 0]
    first = re.sub(
        r"(?:[,;:]?\s(?:and|or|the|an?|of|in|to|is|are|can|that|with|by|on))+$", "", " ".join(line.split()[:4])
    )
    return min(found)[1] if found else first.rstrip(",;:.")
