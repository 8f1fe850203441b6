"""Spoken forms, captions and scenes."""

import itertools

import pytest
from hypothesis import given, settings, strategies as st

from modules.integrations.interface import BeatTiming, SceneKind, WordTiming
from modules.storyboards.domain.spoken import spoken
from modules.storyboards.factory import create_storyboards
from tests.modules.lesson_writing.lessons import lesson
from tests.modules.lesson_writing.library import starter

pytestmark = pytest.mark.unit
STORYBOARDS = create_storyboards()


@pytest.mark.parametrize(
    ("display", "said"),
    [
        ("CO₂ and H₂O.", "C O two and H two O."),
        ("CO2 is a gas.", "C O two is a gas."),
        ("6 CO₂ + 6 H₂O → C₆H₁₂O₆", "6 C O two plus 6 H two O gives C six H twelve O six"),
        ("9.8 m/s² down", "9.8 metres per second squared down"),
        ("measured in m/s².", "measured in metres per second squared."),
        ("5 m/s, 20 N and 3 kg", "5 metres per second, 20 newtons and 3 kilograms"),
        ("9.8 N/kg", "9.8 newtons per kilogram"),
        ("F = m × a", "F equals m times a"),
        ("a = F ÷ m − 2", "a equals F divided by m minus 2"),
        ("ATP, NADPH and mRNA", "A T P, N A D P H and M R N A"),
        ("NADP⁺ and H⁺", "N A D P plus and H plus"),
        ("$4.50 or $5", "4 dollars 50 or 5 dollars"),
        ("0.04% at 35 °C", "0.04 percent at 35 degrees Celsius"),
        ("x² and 10⁸", "x squared and 10 to the power of 8"),
        ("v_w is 3 m/s^2", "v w is 3 metres per second squared"),
        ("10^-3 of it", "10 to the power of minus 3 of it"),
        ("3/6 of them", "3 over 6 of them"),
        ("A(n) _____ is “green”.", "A blank is green."),
        ("Plants are green, aren't they?", "Plants are green, aren't they?"),
        ("p < 0.05 & q > 3", "p is less than 0.05 & q is greater than 3"),
        ("In Alaska we sing.", "In Alaska we sing."),
    ],
)
def test_formulae_units_and_signs_are_said_as_words(display: str, said: str) -> None:
    assert spoken(display) == said


def beat(line: str, start: float) -> BeatTiming:
    words = [
        WordTiming(text=word, start_seconds=start + number, end_seconds=start + number + 1)
        for number, word in enumerate(line.split())
    ]
    return BeatTiming(start_seconds=start, end_seconds=start + max(1, len(words)), words=tuple(words))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text("abcdefgh₂→", min_size=1, max_size=50), max_size=40).map(" ".join), max_size=4))
def test_captions_fit_two_lines_and_never_cross_a_sentence(lines: list[str]) -> None:
    starts = itertools.accumulate((len(line.split()) + 2 for line in lines), initial=0)
    beats = [beat(line, start) for line, start in zip(lines, starts, strict=False)]
    cues = STORYBOARDS.captions(beats)
    for cue in cues:
        assert cue.text.count("\n") <= 1
        assert all(len(line) <= 42 for line in cue.text.split("\n"))
        inside = [one for one in beats if one.start_seconds <= cue.start_seconds <= cue.end_seconds <= one.end_seconds]
        assert len(inside) == 1
    assert all(one.end_seconds <= two.start_seconds for one, two in itertools.pairwise(cues))
    if all(len(word) <= 42 for line in lines for word in line.split()):
        assert " ".join(cue.text for cue in cues).split() == " ".join(lines).split()


@pytest.mark.parametrize("topic_id", sorted(starter())[::4])
@pytest.mark.parametrize("interest_id", ["int_films", ""])
def test_a_storyboard_fits_its_slides_and_three_minutes(topic_id: str, interest_id: str) -> None:
    board = STORYBOARDS.scenes(lesson(starter()[topic_id][0].id, interest_id))  # type: ignore[index]
    kinds = [scene.kind for scene in board.scenes]
    assert kinds == sorted(kinds, key=list(SceneKind).index)
    assert {SceneKind.TITLE, SceneKind.TERMS, SceneKind.PROCESS, SceneKind.QUIZ, SceneKind.SUMMARY} <= set(kinds)
    assert (SceneKind.ANALOGY in kinds) == bool(interest_id)
    for scene in board.scenes:
        assert scene.beats
        assert all(beat.display and beat.spoken for beat in scene.beats)
        assert all(0 <= beat.step <= len(scene.items) for beat in scene.beats)
        assert [beat.step for beat in scene.beats] == sorted(beat.step for beat in scene.beats)
        assert not scene.items or scene.beats[-1].step == len(scene.items)
        for item in scene.items:
            assert 1 <= len(item.label) <= 60
            assert len(item.text) <= 160
        assert len(scene.text) <= 160
    words = sum(len(beat.display.split()) for scene in board.scenes for beat in scene.beats)
    assert 60 <= words / 150 * 60 <= 185
    assert "CC BY 4.0" in board.scenes[-1].footer
    quiz = next(scene for scene in board.scenes if scene.kind is SceneKind.QUIZ)
    key = next(item for item in quiz.items if item.correct)
    assert [item.correct for item in quiz.items].count(True) == 1
    assert key.label in quiz.beats[-1].display
    assert all(f"{letter}: " in quiz.beats[-2].display for letter in "ABCD")


def test_a_short_equation_has_a_scene_of_its_own() -> None:
    by_title = {topic.title: topic.id for topic, _ in starter().values()}
    board = STORYBOARDS.scenes(lesson(by_title["Newton's Second Law"], ""))
    equation = next(scene for scene in board.scenes if scene.kind is SceneKind.EQUATION)
    assert equation.text == "F = m × a"
    assert equation.beats[-1].spoken == "F equals m times a"
