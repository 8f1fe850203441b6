"""A small lesson that passes all fifteen checks, with its passages and slides; the mutants are made from it."""

from dataclasses import dataclass
from uuid import UUID

from modules.grounding.factory import create_grounding
from modules.kernel.interface import GradeLevel, LessonId, TopicId
from modules.lesson_writing.interface import (
    Analogy,
    AnalogyPair,
    KeyTerm,
    Lesson,
    QuizItem,
    Receipt,
    Section,
    SectionKind,
    Sentence,
    SentenceKind,
    Source,
)
from modules.rag.interface import Passage, PassageId, PassageKind, Term, Topic
from modules.rubric.factory import create_rubric
from modules.rubric.interface import Line, RubricReport, Show, Slide

RUBRIC = create_rubric(grounding=create_grounding())
_BOOK = {
    "book_title": "Living Things",
    "edition": "1",
    "chapter": "The Body",
    "section": "The Heart",
    "url": "https://books.example/heart",
    "license": "CC BY 4.0",
    "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "Living Things by its authors, CC BY 4.0.",
}
CHAMBERS = (
    "The heart is a hollow organ of strong muscle that pumps blood through the body. "
    "The heart has four chambers, which fill and empty in a steady rhythm. "
    "The two atria receive blood that returns from the body and the lungs. "
    "The two ventricles push blood out of the heart into large vessels. "
    "The left ventricle has the thickest wall, because it drives blood through the whole body. "
    "A wall of muscle called the septum keeps the two sides apart. "
    "The resting heart of an adult beats about 70 times a minute and moves about 5 liters of blood, although "
    "individual measurements of cardiac performance are considerably influenced by physical conditioning and by "
    "temperature."
)
VALVES = (
    "Valves sit between the chambers and at the exits of the heart. "
    "Each valve opens when pressure behind it is higher than pressure in front of it. "
    "A closed valve does not let blood flow backward. "
    "The familiar double sound of a heartbeat comes from valves that close. "
    "Physicians characteristically investigate irregularities in these recognisable acoustic phenomena with a "
    "stethoscope, because deterioration of the valvular apparatus frequently produces audible turbulence."
)
PACEMAKER = (
    "A small patch of cells in the right atrium sets the pace of the heartbeat. "
    "Its electrical signal spreads through the atria first and reaches the ventricles a moment later. "
    "Exercise makes the signal faster, so the muscles of the body get more oxygen."
)
GLOSSARY = "atrium: an upper chamber that receives blood.\nseptum: the wall between the two sides of the heart."


def _passage(number: int, kind: PassageKind, text: str) -> Passage:
    return Passage(
        id=PassageId(number), topic_id=TopicId("living/heart"), kind=kind, text=text, heading="", position=number,
        score=0.0, **_BOOK,
    )  # fmt: skip


PASSAGES = (
    _passage(1, PassageKind.TEXT, CHAMBERS),
    _passage(2, PassageKind.TEXT, VALVES),
    _passage(3, PassageKind.TEXT, PACEMAKER),
    _passage(4, PassageKind.GLOSSARY, GLOSSARY),
)
_TERMS = {
    "atria": "an upper chamber that receives blood.",
    "septum": "the wall between the two sides of the heart.",
}
TOPIC = Topic(
    id=TopicId("living/heart"), title="The Heart", subject="biology", book_slug="living", book_title="Living Things",
    chapter="The Body", section="The Heart", url="https://books.example/heart", words=200,
    objectives=(
        "Describe how the chambers of the heart move blood.",
        "Explain how valves and pressure keep blood from flowing backward.",
        "Explain what sets the pace of the heartbeat.",
    ),
    terms=tuple(Term(term=term, definition=definition) for term, definition in _TERMS.items()),
)  # fmt: skip


def fact(text: str, *citations: int) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.FACT, citations=citations)


def frame(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.QUESTION if text.endswith("?") else SentenceKind.FRAME)


def compared(text: str) -> Sentence:
    return Sentence(text=text, kind=SentenceKind.ANALOGY)


_ATRIA, _SEPTUM = (KeyTerm(term=term, definition=text, citations=(4,)) for term, text in _TERMS.items())
_PAIRS = (
    AnalogyPair(
        concept="the atria",
        interest="the players who bring the ball upcourt",
        sentence="The players who bring the ball upcourt play the part of the atria, because both take in and hand on.",
    ),
    AnalogyPair(
        concept="the ventricles",
        interest="the shooter",
        sentence="The shooter is like the ventricles, because both send everything out with force.",
    ),
    AnalogyPair(
        concept="a valve",
        interest="the halfway line",
        sentence="The halfway line works like a valve, because neither lets you go backward.",
    ),
)
_ANALOGY = Analogy(
    opening="Picture how a basketball team moves the ball, and think of the heart as you do.",
    pairs=_PAIRS,
    limit="The comparison stops at the whistle: a team can rest, but the heart cannot.",
)
SECTIONS = (
    Section(
        kind=SectionKind.HOOK,
        title="Before you start",
        sentences=(
            frame("What could basketball have to do with the heart?"),
            frame("Look out for one pattern as you read, and by the end you can tell how your own heart moves blood."),
        ),
    ),
    Section(
        kind=SectionKind.BIG_IDEA,
        title="The big idea",
        sentences=(
            frame("Here is the big idea in two steps."),
            fact("The heart is a hollow organ of strong muscle that pumps blood through the body.", 1),
            fact("The heart has four chambers, which fill and empty in a steady rhythm.", 1),
        ),
    ),
    Section(
        kind=SectionKind.EXPLANATION,
        title="Four chambers",
        sentences=(
            frame("Let's take it one step at a time."),
            fact("The two atria receive blood that returns from the body and the lungs.", 1),
            fact("The two ventricles push blood out of the heart into large vessels.", 1),
            fact("The left ventricle has the thickest wall, because it drives blood through the whole body.", 1),
            fact("The septum keeps the two sides apart.", 1),
            fact("The resting heart of an adult beats about 70 times a minute and moves about 5 liters of blood.", 1),
        ),
        terms=(_ATRIA, _SEPTUM),
    ),
    Section(
        kind=SectionKind.EXPLANATION,
        title="One way only",
        sentences=(
            frame("Next, look at what keeps blood on its way."),
            fact("Valves sit between the chambers and at the exits of the heart.", 2),
            fact("Each valve opens when pressure behind it is higher than pressure in front of it.", 2),
            fact("A closed valve does not let blood flow backward.", 2),
            fact("The familiar double sound of a heartbeat comes from valves that close.", 2),
            frame("Pause here: could you say that in your own words?"),
        ),
    ),
    Section(
        kind=SectionKind.EXPLANATION,
        title="The pace",
        sentences=(
            frame("Now add the last piece."),
            fact("A small patch of cells in the right atrium sets the pace of the heartbeat.", 3),
            fact("Its electrical signal spreads through the atria first and reaches the ventricles a moment later.", 3),
            fact("Exercise makes the signal faster, so the muscles of the body get more oxygen.", 3),
        ),
    ),
    Section(
        kind=SectionKind.ANALOGY,
        title="See it through basketball",
        sentences=tuple(map(compared, [_ANALOGY.opening, *(pair.sentence for pair in _PAIRS), _ANALOGY.limit])),
    ),
    Section(
        kind=SectionKind.RECAP,
        title="In short",
        sentences=(
            frame("Remember these ideas:"),
            fact("The heart pumps blood through the body.", 1),
            fact("The ventricles push blood out of the heart.", 1),
            frame("Which of these could you explain to a friend right now?"),
        ),
    ),
)
QUIZ = (
    QuizItem(
        question="Which parts receive blood that returns from the body and the lungs?",
        options=("Vessels", "Atria", "Muscles", "Signals"),
        answer=1,
        feedback="The two atria receive blood that returns from the body and the lungs.",
        citations=(1,),
    ),
    QuizItem(
        question="What keeps the two sides of the heart apart?",
        options=("Septum", "Oxygen", "Rhythm", "Vessel"),
        answer=0,
        feedback="A wall of muscle called the septum keeps the two sides apart.",
        citations=(1,),
    ),
    QuizItem(
        question="Which part of the heart has the thickest wall?",
        options=("Right atrium", "Large vessel", "Upper chamber", "Left ventricle"),
        answer=3,
        feedback="The left ventricle has the thickest wall, because it drives blood through the whole body.",
        citations=(1,),
    ),
)
LESSON = Lesson(
    id=LessonId(UUID(int=1)), key="key", title="The Heart", topic_id=TOPIC.id, subject="biology",
    grade=GradeLevel(6), language="en", interest_id="int_basketball", interest_name="Basketball", sections=SECTIONS,
    analogy=_ANALOGY, terms=(_ATRIA, _SEPTUM), quiz=QUIZ, attributions=(_BOOK["attribution"],),
    sources=tuple(
        Source(number=one.id, passage_id=one.id, quote=one.text, **_BOOK) for one in PASSAGES
    ),
    receipt=Receipt(engine="test", engine_version="1", corpus_version="1", passages=(), checks=()),
)  # fmt: skip


def _lines(section: int, *visible: int) -> tuple[Line, ...]:
    said = [one.text for one in SECTIONS[section].sentences]
    return tuple(Line(text=text, visible=step, pause_seconds=0.4) for text, step in zip(said, visible, strict=True))


SHOW = Show(
    slides=(
        Slide(texts=("The Heart", "Explained with basketball"), items=(), lines=_lines(0, 0, 0)),
        Slide(
            texts=("The big idea",),
            items=(("Muscle", "a pump"), ("Rhythm", "fill, empty")),
            lines=_lines(1, 0, 1, 2),
        ),
        Slide(
            texts=("Four chambers",),
            items=(("Atria", "take in"), ("Ventricles", "push out"), ("Left side", "thickest"), ("Septum", "between")),
            lines=_lines(2, 0, 1, 2, 3, 4, 4),
        ),
        Slide(
            texts=("One way only",),
            items=(("Valves", "at exits"), ("Pressure", "opens"), ("Closed", "no way back")),
            lines=_lines(3, 0, 1, 2, 3, 3, 3),
        ),
        Slide(texts=("The pace",), items=(("Cells", "set it"), ("Signal", "spreads")), lines=_lines(4, 0, 1, 2, 2)),
        Slide(
            texts=("See it through basketball",),
            items=(("Atria", "Players"), ("Ventricles", "Shooter"), ("Valve", "Halfway line")),
            lines=_lines(5, 0, 1, 2, 3, 3),
        ),
        Slide(texts=("In short",), items=(("Pump", "body"), ("Push", "out")), lines=_lines(6, 0, 1, 2, 2)),
    ),
    words_per_minute=160.0,
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is judged."""

    lesson: Lesson = LESSON
    show: Show = SHOW

    def judged(self) -> RubricReport:
        return RUBRIC.judge(self.lesson, PASSAGES, topic=TOPIC, show=self.show)

    def failed(self) -> set[str]:
        return {one.name for one in self.judged().failed()}
