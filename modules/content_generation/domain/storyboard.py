"""Turns a lesson into scenes: each narrated sentence is one beat, and one step of what its slide shows."""

from collections.abc import Iterable
from typing import Final

from modules.content_generation.domain import text
from modules.content_generation.domain.spoken import spoken
from modules.content_generation.interface import Lesson, QuizItem, Section, SectionKind, Sentence, SentenceKind
from modules.integrations.interface import Beat, Scene, SceneKind, SlideItem, Storyboard

_LABEL, _TEXT, _FOOTER = 60, 160, 120
_MOST_TERMS: Final = 4
_STEP_WORDS: Final = 40
_EQUATION_CHARACTERS: Final = 60
_THINKING_SECONDS: Final = 3.0
_LETTERS: Final = "ABCD"


def storyboard(lesson: Lesson) -> Storyboard:
    """The scenes of a lesson's narration and video."""
    scenes = [
        _title(lesson),
        _terms(lesson),
        _process(lesson),
        _equation(lesson),
        _analogy(lesson),
        _quiz(lesson),
        _summary(lesson),
    ]
    return Storyboard(
        title=lesson.title,
        subject=lesson.subject,
        interest=lesson.interest_name,
        scenes=tuple(scene for scene in scenes if scene is not None),
    )


def _beat(line: str, step: int, pause: float = 0.25) -> Beat:
    return Beat(display=line, spoken=spoken(line), step=step, pause_seconds=pause)


def _sections(lesson: Lesson, kind: SectionKind) -> list[Section]:
    return [section for section in lesson.sections if section.kind is kind]


def _lines(sections: Iterable[Section], *kinds: SentenceKind) -> list[str]:
    return [one.text for section in sections for one in section.sentences if one.kind in kinds]


def _title(lesson: Lesson) -> Scene:
    hook = _lines(_sections(lesson, SectionKind.HOOK), SentenceKind.QUESTION, SentenceKind.FRAME)
    big_idea = _lines(_sections(lesson, SectionKind.BIG_IDEA), SentenceKind.FACT)
    subtitle = f"Explained with {lesson.interest_name.lower()}" if lesson.interest_name else f"Grade {lesson.grade}"
    return Scene(
        kind=SceneKind.TITLE,
        title=lesson.title,
        text=subtitle,
        beats=tuple(_beat(line, 0, 0.4) for line in [*hook[:2], *big_idea[:1]]),
    )


def _terms(lesson: Lesson) -> Scene | None:
    chosen = lesson.terms[:_MOST_TERMS]
    if not chosen:
        return None
    return Scene(
        kind=SceneKind.TERMS,
        title="Words to know first",
        items=tuple(
            SlideItem(label=text.clipped(text.capitalised(one.term), _LABEL), text=text.clipped(one.definition, _TEXT))
            for one in chosen
        ),
        beats=tuple(
            _beat(f"{text.capitalised(one.term)}: {one.definition}", step) for step, one in enumerate(chosen, start=1)
        ),
    )


def _process(lesson: Lesson) -> Scene | None:
    steps = [(section, _short(section)) for section in _sections(lesson, SectionKind.EXPLANATION)]
    steps = [(section, facts) for section, facts in steps if facts]
    if not steps:
        return None
    beats: list[Beat] = []
    for number, (section, facts) in enumerate(steps, start=1):
        lead = _lines([section], SentenceKind.FRAME)[:1]
        beats += [_beat(line, number) for line in lead]
        beats += [_beat(one.text, number) for one in facts]
    return Scene(
        kind=SceneKind.PROCESS,
        title="Step by step",
        items=tuple(
            SlideItem(label=text.clipped(section.title, _LABEL), text=_gist(lesson, facts)) for section, facts in steps
        ),
        beats=tuple(beats),
    )


def _short(section: Section) -> list[Sentence]:
    """The first sentences of a section that fit one step; equations have a scene of their own."""
    chosen: list[Sentence] = []
    room = _STEP_WORDS
    for one in section.sentences:
        if one.kind is not SentenceKind.FACT or text.is_equation(one.text):
            continue
        room -= len(text.words(one.text))
        if chosen and room < 0:
            break
        chosen.append(one)
    return chosen


def _gist(lesson: Lesson, facts: list[Sentence]) -> str:
    """The words of a step that its slide shows: its terms, or the sentence itself when it has none."""
    prose = " ".join(one.text for one in facts)
    terms = [text.capitalised(one.term) for one in lesson.terms if text.mentions(prose, one.term)]
    return text.clipped(" · ".join(terms[:3]) or facts[0].text, _TEXT)


def _equation(lesson: Lesson) -> Scene | None:
    facts = _lines(_sections(lesson, SectionKind.EXPLANATION), SentenceKind.FACT)
    equations = [line.split(": ")[-1] for line in facts if text.is_equation(line.split(": ")[-1])]
    short = [line for line in equations if len(line) <= _EQUATION_CHARACTERS]
    if not short:
        return None
    return Scene(
        kind=SceneKind.EQUATION,
        title="In one line",
        text=short[0],
        beats=(_beat("Here is the idea in one line.", 0), _beat(short[0], 0, 0.8)),
    )


def _analogy(lesson: Lesson) -> Scene | None:
    if lesson.analogy is None:
        return None
    pairs = lesson.analogy.pairs
    return Scene(
        kind=SceneKind.ANALOGY,
        title=f"See it through {lesson.interest_name.lower()}",
        items=tuple(
            SlideItem(
                label=text.clipped(text.capitalised(pair.concept), _LABEL),
                text=text.clipped(text.capitalised(pair.interest), _TEXT),
            )
            for pair in pairs
        ),
        beats=(
            _beat(lesson.analogy.opening, 0),
            *(_beat(pair.sentence, step) for step, pair in enumerate(pairs, start=1)),
            _beat(lesson.analogy.limit, len(pairs)),
        ),
    )


def _quiz(lesson: Lesson) -> Scene | None:
    fitting = [item for item in lesson.quiz if len(item.question) <= _TEXT]
    if not fitting:
        return None
    item = fitting[0]
    choices = ", ".join(f"{letter}: {option}" for letter, option in zip(_LETTERS, item.options, strict=True))
    return Scene(
        kind=SceneKind.QUIZ,
        title="Check yourself",
        text=item.question,
        items=tuple(_option(item, place) for place in range(len(item.options))),
        beats=(
            _beat(item.question, len(item.options)),
            _beat(f"{choices}.", len(item.options), _THINKING_SECONDS),
            _beat(f"The answer is {_LETTERS[item.answer]}: {item.options[item.answer]}.", len(item.options), 0.6),
        ),
    )


def _option(item: QuizItem, place: int) -> SlideItem:
    is_key = place == item.answer
    why = text.clipped(item.feedback, _TEXT) if is_key else ""
    return SlideItem(label=text.clipped(item.options[place], _LABEL), text=why, correct=is_key)


def _summary(lesson: Lesson) -> Scene:
    facts = _lines(_sections(lesson, SectionKind.RECAP), SentenceKind.FACT)
    facts = facts or _lines(_sections(lesson, SectionKind.BIG_IDEA), SentenceKind.FACT)
    return Scene(
        kind=SceneKind.SUMMARY,
        title="In short",
        items=tuple(SlideItem(label=_headword(lesson, line), text=text.clipped(line, _TEXT)) for line in facts),
        beats=(
            _beat("Remember these ideas.", 0),
            *(_beat(line, step) for step, line in enumerate(facts, start=1)),
        ),
        footer=text.clipped(" ".join(lesson.attributions), _FOOTER),
    )


def _headword(lesson: Lesson, line: str) -> str:
    """The term that a sentence of the recap is about, else its first words."""
    found = [(match.start(), one.term) for one in lesson.terms if (match := text.term_pattern(one.term).search(line))]
    return text.clipped(text.capitalised(min(found)[1]) if found else " ".join(line.split()[:4]), _LABEL)
