"""Slides: words are data, everything fits, and the right page is on screen."""

import lucide
import pypdfium2
import pytest

from modules.integrations.interface import Scene, SceneKind, SlideItem
from modules.integrations.local.slides import ICONS, Page, drawable, page_of, pages_as_frames, typeset
from tests.fakes.media import LEAF_LESSON, QUIZ, SUMMARY, TERMS, lesson_of

pytestmark = pytest.mark.media
HOSTILE = '#panic() $x$ *a* _b_ \\ <svg onload="x"> & @cite [c] `d` // e'


def _text(scene: Scene, page: Page) -> str:
    document = pypdfium2.PdfDocument(typeset(lesson_of(scene), [page]))
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_formulas_get_real_subscripts_and_other_words_stay() -> None:
    assert drawable("6 CO2 + 6 H2O -> C6H12O6, NADPH, B2 and C4 plants") == (
        "6 CO₂ + 6 H₂O -> C₆H₁₂O₆, NADPH, B2 and C4 plants"
    )
    assert drawable("9.8 m/s^2 and 10^-3") == "9.8 m/s² and 10⁻³"


def test_what_no_font_can_draw_is_left_out() -> None:
    assert drawable("a\x00b\u202ec \U0001f3c0 d\ud800\ne") == "abc d e"
    assert drawable("w" * 400) == "w" * 27 + "…"


@pytest.mark.parametrize("kind", list(SceneKind))
def test_text_is_never_run_as_code(kind: SceneKind) -> None:
    items = tuple(SlideItem(label=HOSTILE[:20], text=HOSTILE, correct=True) for _ in range(4))
    scene = Scene(kind=kind, title=HOSTILE, text=HOSTILE, items=items, footer=HOSTILE, beats=TERMS.beats)
    shown = _text(scene, Page(scene=0, step=4, reveal=True))
    assert "#panic() $x$ *a* _b_" in shown


@pytest.mark.parametrize("kind", list(SceneKind))
def test_every_number_of_items_has_a_layout(kind: SceneKind) -> None:
    item = SlideItem(label="word " * 12, text="more words " * 14)
    scenes = [
        Scene(kind=kind, title="T " * 90, text="t " * 300, items=(item,) * count, footer="f " * 200, beats=TERMS.beats)
        for count in (0, 1, 2, 3, 4, 5, 6, 9)
    ]
    pages = [Page(scene=n, step=step) for n, scene in enumerate(scenes) for step in {0, 1, len(scene.items)}]
    document = pypdfium2.PdfDocument(typeset(lesson_of(*scenes, subject="physics", interest="music"), pages))
    assert [page.get_size() for page in document] == [(1280, 720)] * len(pages)


def test_every_icon_is_in_the_icon_set() -> None:
    tables = [ICONS["items"], ICONS["interests"], ICONS["signs"]]
    named = {name for table in tables for _, name in table} | {*ICONS["spare"], "star", "hourglass", "lightbulb"}
    assert named - {"ball"} <= set(lucide.get_icon_list())


def test_an_item_shows_only_after_its_step() -> None:
    assert "Stomata" not in _text(TERMS, Page(scene=0, step=2))
    assert "Stomata" in _text(TERMS, Page(scene=0, step=3))


def test_the_key_of_a_quiz_is_shown_by_its_last_beat_only() -> None:
    first, last = page_of((QUIZ,), 0, 0), page_of((QUIZ,), 0, 1)
    assert (first.reveal, last.reveal) == (False, True)
    assert "Closed gates" not in _text(QUIZ, first)
    assert "Closed gates" in _text(QUIZ, last)


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    scene = Scene(kind=SceneKind.SUMMARY, title="t " * 400, items=SUMMARY.items, beats=SUMMARY.beats)
    assert "…" in _text(scene, Page(scene=0, step=1))


def test_pages_become_frames_of_720_lines() -> None:
    frames = list(pages_as_frames(LEAF_LESSON, [Page(scene=0, step=2), Page(scene=1, step=1)]))
    assert [(frame.width, frame.height, frame.format.name) for frame in frames] == [(1280, 720, "yuv420p")] * 2
