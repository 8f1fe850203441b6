"""Each check fails for the mutant that is there for it, and no other check does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from modules.kernel.interface import GradeLevel
from modules.lesson_writing.interface import CheckResult, Lesson, Section, SectionKind, Sentence
from modules.rubric.domain.gate import BLOCKING, GATE, report_of
from modules.rubric.interface import Check, Line, Show, Slide
from tests.modules.rubric.golden import LESSON, QUIZ, SECTIONS, SHOW, Case, compared, fact, frame

pytestmark = pytest.mark.unit
Change = Callable[[], Case]
HOOK, IDEA, CHAMBERS, VALVES, PACE, ANALOGY, RECAP = range(7)
LONG: Final = (
    "Now think of the way that your blood takes through the heart as you sit and read this line, "
    "from one room to the next one and then out."
)


def with_section(place: int, section: Section | None) -> Case:
    put = [section] if section else []
    return Case(lesson=replace(LESSON, sections=(*SECTIONS[:place], *put, *SECTIONS[place + 1 :])))


def with_sentences(place: int, *sentences: Sentence) -> Case:
    return with_section(place, replace(SECTIONS[place], sentences=sentences))


def with_sentence(section: int, place: int, *new: Sentence) -> Case:
    old = SECTIONS[section].sentences
    return with_sentences(section, *old[:place], *new, *old[place + 1 :])


def with_more(section: int, *new: Sentence) -> Case:
    old = SECTIONS[section].sentences
    return with_sentences(section, old[0], *new, *old[1:])


def with_item(**changes: Any) -> Case:
    return Case(lesson=replace(LESSON, quiz=(replace(QUIZ[0], **changes), *QUIZ[1:])))


def with_analogy(**changes: Any) -> Case:
    assert LESSON.analogy
    return Case(lesson=replace(LESSON, analogy=replace(LESSON.analogy, **changes)))


def with_slide(place: int, **changes: Any) -> Case:
    slides = list(SHOW.slides)
    slides[place] = replace(slides[place], **changes)
    return Case(show=replace(SHOW, slides=tuple(slides)))


def without_citations(section: int) -> Case:
    return with_sentences(section, *(replace(one, citations=()) for one in SECTIONS[section].sentences))


def citing_also(section: int, number: int) -> Case:
    changed = (
        replace(one, citations=(*one.citations, number)) if one.citations else one
        for one in SECTIONS[section].sentences
    )
    return with_sentences(section, *changed)


def citing_once(number: int) -> Case:
    old = SECTIONS[PACE].sentences[1]
    return with_sentence(PACE, 1, replace(old, citations=(*old.citations, number)))


def shown_early(slide: Slide) -> Slide:
    """Every item one sentence before its own."""
    steps = [line.visible for line in slide.lines[1:]] + [slide.lines[-1].visible]
    lines = (replace(line, visible=step) for line, step in zip(slide.lines, steps, strict=True))
    return replace(slide, lines=(replace(slide.lines[0], visible=0), *lines))


def unrelated() -> Case:
    assert LESSON.analogy
    pair = replace(LESSON.analogy.pairs[1], sentence="The shooter scores, and the ventricles push blood with force.")
    pairs = (LESSON.analogy.pairs[0], pair, LESSON.analogy.pairs[2])
    lines = with_sentence(ANALOGY, 2, compared(pair.sentence)).lesson.sections
    return Case(lesson=replace(LESSON, sections=lines, analogy=replace(LESSON.analogy, pairs=pairs)))


def with_extra_section(text: str) -> Case:
    extra = Section(kind=SectionKind.MISCONCEPTION, title="Break", sentences=(frame(text),))
    return Case(lesson=replace(LESSON, sections=(*SECTIONS[:RECAP], extra, SECTIONS[RECAP])))


def longer() -> Case:
    """More said over every slide."""

    def told(slide: Slide) -> Slide:
        more = Line(text="And so it goes on. " * 12, visible=len(slide.items), pause_seconds=0.4)
        return replace(slide, lines=(*slide.lines, more))

    return Case(show=replace(SHOW, slides=tuple(map(told, SHOW.slides))))


def read_out() -> Case:
    slides = [replace(slide, texts=(slide.lines[-1].text,), items=()) for slide in SHOW.slides]
    return Case(show=replace(SHOW, slides=tuple(slides)))


def without_cues() -> Case:
    sections = [
        replace(one, sentences=(frame("Blood moves, and you can follow it."), *one.sentences[1:])) for one in SECTIONS
    ]
    quiet = [sections[HOOK], *sections[IDEA:VALVES], SECTIONS[VALVES], *sections[PACE:RECAP]]
    return Case(lesson=replace(LESSON, sections=(*quiet, SECTIONS[RECAP])))


def impersonal() -> Case:
    def plain(one: Sentence) -> Sentence:
        changed = one.text.replace("Let's take it", "Now take it").replace("your", "their").replace("you", "they")
        return replace(one, text=changed) if one.kind != "analogy" else one

    changed = [replace(one, sentences=tuple(map(plain, one.sentences))) for one in SECTIONS]
    last = replace(changed[RECAP], sentences=(*changed[RECAP].sentences[:-1], frame("What surprised them, look back.")))
    middle = frame("Pause here: what keeps blood on its way?")
    valves = replace(changed[VALVES], sentences=(*changed[VALVES].sentences[:-1], middle))
    return Case(lesson=replace(LESSON, sections=(*changed[:VALVES], valves, *changed[PACE:RECAP], last)))


MUTANTS: Final[list[tuple[Check, str, Change]]] = [
    (Check.GRADE_FIT, "for a grade far above", lambda: Case(lesson=replace(LESSON, grade=GradeLevel(12)))),
    (Check.SENTENCE_LENGTH, "two sentences of 29 words", lambda: with_more(RECAP, frame(LONG), frame(LONG))),
    (
        Check.GROUNDEDNESS,
        "a denial left out",
        lambda: with_sentence(VALVES, 3, fact("A closed valve does let blood flow backward.", 2)),
    ),
    (Check.CITATION_RECALL, "a section without citations", lambda: without_citations(CHAMBERS)),
    (Check.CITATION_PRECISION, "citations for show", lambda: citing_also(CHAMBERS, 2)),
    (Check.CITATION_PRECISION, "a source that is none", lambda: citing_also(PACE, 99)),
    (Check.CITATION_PRECISION, "one source that is none", lambda: citing_once(99)),
    (Check.COVERAGE, "an objective left out", lambda: with_section(PACE, None)),
    (Check.PRE_TRAINING, "terms not explained", lambda: with_section(CHAMBERS, replace(SECTIONS[CHAMBERS], terms=()))),
    (Check.ANALOGY, "two pairs", lambda: with_analogy(pairs=LESSON.analogy.pairs[:2])),  # type: ignore[union-attr]
    (Check.ANALOGY, "no limit", lambda: with_analogy(limit="")),
    (Check.ANALOGY, "a limit that nobody hears", lambda: with_sentences(ANALOGY, *SECTIONS[ANALOGY].sentences[:-1])),
    (Check.ANALOGY, "a pair without relation", unrelated),
    (
        Check.COHERENCE,
        "sport for its own sake",
        lambda: with_sentence(
            ANALOGY,
            0,
            *map(
                compared, ["Basketball is fun.", "Fans love a good shooter.", "Players train hard.", "A ball is round."]
            ),
        ),
    ),
    (
        Check.SEGMENTING,
        "a segment of nine words",
        lambda: with_extra_section("Next, take a short break and stretch a bit."),
    ),
    (Check.SEGMENTING, "a video of four minutes", longer),
    (Check.REDUNDANCY, "a slide full of text", lambda: with_slide(HOOK, texts=("The Heart", "one two three " * 10))),
    (Check.REDUNDANCY, "slides that are read out", read_out),
    (
        Check.SIGNALLING,
        "items before their word",
        lambda: Case(show=replace(SHOW, slides=tuple(map(shown_early, SHOW.slides)))),
    ),
    (Check.SIGNALLING, "a term shown and not said", lambda: with_slide(RECAP, texts=("In short", "Septum"))),
    (Check.SIGNALLING, "no cue in most segments", without_cues),
    (Check.VOICE, "too fast", lambda: Case(show=replace(SHOW, words_per_minute=200.0))),
    (Check.VOICE, "too slow", lambda: Case(show=Show(slides=SHOW.slides[:-1], words_per_minute=125.0))),
    (Check.VOICE, "nobody spoken to", impersonal),
    (Check.PROMPTS, "no reflection", lambda: with_sentence(RECAP, 3, frame("You have seen all of it, well done."))),
    (Check.PROMPTS, "no question on the way", lambda: with_sentences(VALVES, *SECTIONS[VALVES].sentences[:-1])),
    (Check.QUIZ, "the key in the question", lambda: with_item(question="Which parts, called atria, receive blood?")),
]


def test_the_lesson_itself_passes_all_fifteen() -> None:
    report = Case().judged()
    assert [(one.name, one.detail) for one in report.checks if not one.passed] == []
    assert (report.total, report.gate, report.quiz_flaws) == (15, True, 0)
    assert [one.name for one in report.checks] == list(Check)


@pytest.mark.parametrize(("check", "why", "change"), MUTANTS, ids=[f"{check}: {why}" for check, why, _ in MUTANTS])
def test_a_mutant_fails_its_check_and_no_other(check: Check, why: str, change: Change) -> None:
    mutant = change()
    assert mutant != Case()
    assert mutant.failed() == {check}
    report = mutant.judged()
    assert report.total == 14
    assert report.check(check).score < 1


def test_every_check_has_a_mutant() -> None:
    assert {check for check, _, _ in MUTANTS} == set(Check)


PARTS: Final = ("Vessels", "Atria", "Muscles", "Signals")


@pytest.mark.parametrize(
    ("flaw", "changes"),
    [
        ("four distinct options", {"options": ("Atria", "atria", "Muscles", "Signals")}),
        ("four distinct options", {"options": PARTS[:3]}),
        ("four distinct options", {"answer": 4}),
        ("differ in length", {"options": (*PARTS[:3], "Muscles of all the upper and lower limbs")}),
        ("differ in length", {"options": ("Electrocardiograms", "Atria", "Thermoregulators", "Catheterizations")}),
        ("differ in length", {"options": (*PARTS[:3], "Six or so legs")}),
        ("different classes", {"options": (*PARTS[:3], "Signal")}),
        ("different classes", {"options": (*PARTS[:3], "5 liters")}),
        ("different classes", {"options": (*PARTS[:3], "H2O")}),
        ("asks for what is not so", {"question": "Which parts do not receive blood from the lungs?"}),
        ("gives its key away", {"question": "Which parts, called atria, receive blood?"}),
        ("key is not in its source", {"options": ("Vessels", "Valves", "Muscles", "Signals")}),
        ("key is not taught", {"options": ("Vessels", "Measurements", "Muscles", "Signals")}),
        ("feedback is not what it cites", {"feedback": "The two atria pump oxygen to the lungs at night."}),
        ("same question twice", {"question": QUIZ[1].question}),
    ],
)
def test_a_flawed_question_is_noticed(flaw: str, changes: dict[str, Any]) -> None:
    report = with_item(**changes).judged()
    assert flaw in report.check(Check.QUIZ).detail
    assert report.quiz_flaws == 1


@pytest.mark.parametrize("option", ["All of these", "none of the above", "Both A and B"])
def test_an_option_about_the_others_is_a_flaw(option: str) -> None:
    item = replace(QUIZ[2], options=("Right atrium", "Large vessel", option, "Left ventricle"))
    report = Case(lesson=replace(LESSON, quiz=(*QUIZ[:2], item))).judged()
    assert "all or none of the others" in report.check(Check.QUIZ).detail


def test_words_in_quotes_and_the_sentence_to_complete_are_no_negative_stem() -> None:
    quoted = with_item(question="Which parts does “not a vessel, and never a valve” describe?")
    sentence = with_item(question="Which term completes the sentence? The two _____ never rest.")
    assert (quoted.failed(), sentence.failed()) == (set(), set())


@pytest.mark.parametrize(
    "changes",
    [
        {"options": ("Vessels", "Atria", "Muscles")},
        {"options": ("Vessels", "Kidneys", "Muscles", "Signals")},
        {"question": "Which parts, called atria, receive blood?"},
        {"citations": ()},
    ],
)
def test_a_question_that_cannot_be_answered_stops_the_lesson(changes: dict[str, Any]) -> None:
    report = with_item(**changes).judged()
    assert report.check(Check.QUIZ).blocking
    assert not report.gate


def test_a_wrong_option_that_the_book_supports_is_a_flaw() -> None:
    both = replace(
        QUIZ[0],
        question="Which term completes the sentence? The two _____ push blood out of the heart into large vessels.",
        options=("Ventricles", "Atria", "Muscles", "Signals"),
        answer=1,
    )
    report = Case(lesson=replace(LESSON, quiz=(both, *QUIZ[1:]))).judged()
    assert "the sources support Ventricles as well" in report.check(Check.QUIZ).detail


def test_two_questions_are_too_few() -> None:
    assert Case(lesson=replace(LESSON, quiz=QUIZ[:2])).failed() == {Check.QUIZ}


def test_another_figure_is_neither_grounded_nor_exact() -> None:
    wrong = fact("The resting heart of an adult beats about 90 times a minute and moves about 5 liters of blood.", 1)
    assert with_sentence(CHAMBERS, 5, wrong).failed() == {Check.GROUNDEDNESS, Check.COVERAGE}


def test_a_lesson_harder_than_its_book_does_not_fit() -> None:
    hard = "Characteristically, multidimensional cardiovascular infrastructures necessitate sophistication."
    mutant = with_more(RECAP, *[frame(hard)] * 6)
    assert Check.GRADE_FIT in mutant.failed()


def test_no_comparison_passes_and_half_a_comparison_does_not() -> None:
    plain: Lesson = replace(
        LESSON, analogy=None, interest_id="", interest_name="", sections=(*SECTIONS[:ANALOGY], SECTIONS[RECAP])
    )
    assert Case(lesson=plain).judged().check(Check.ANALOGY).passed
    assert not Case(lesson=replace(plain, sections=SECTIONS)).judged().check(Check.ANALOGY).passed


def test_a_lesson_that_a_blocking_check_refuses_is_not_delivered() -> None:
    stopped = set()
    for check, _, change in MUTANTS:
        report = change().judged()
        assert report.gate is not report.check(check).blocking
        stopped |= set() if report.gate else {check}
    assert stopped == {*BLOCKING, Check.QUIZ}


def test_too_few_passed_checks_stop_a_lesson_without_a_blocking_one() -> None:
    failing = {check for check in Check if check not in {*BLOCKING, Check.QUIZ}}
    for kept in (GATE, GATE - 1):
        low = list(failing)[: len(Check) - kept]
        checks = [CheckResult(name=one, passed=one not in low, score=1.0, blocking=False) for one in Check]
        report = report_of(checks, 0)
        assert (report.total, report.gate) == (kept, kept >= GATE)


def test_proxies_say_so_and_estimates_too() -> None:
    report = Case().judged()
    for check in (Check.ANALOGY, Check.SIGNALLING, Check.PROMPTS):
        assert "cue words" in report.check(check).detail
    for check in (Check.SEGMENTING, Check.VOICE):
        assert "estimated" in report.check(check).detail
