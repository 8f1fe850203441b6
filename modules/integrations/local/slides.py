"""Slides: a storyboard as typeset pages, and the pages as video frames. Runs in the media process only."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import av
import font_hanken_grotesk  # type: ignore[import-untyped]
import lucide
import pypdfium2
import typst
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from modules.integrations.local.media_text import plain
from modules.integrations.local.video_file import HEIGHT, WIDTH
from modules.integrations.values import Scene, SceneKind, SlideItem, Storyboard

TEMPLATE: Final = Path(__file__).with_name("slides.typ")
# Pairs of (words, what they stand for), the first match wins: palettes, and icons of subjects, interests and items.
ICONS: Final = json.loads(Path(__file__).with_name("slides.json").read_text(encoding="utf-8"))
# What the text font and its two fall-backs can draw; anything else (emoji, private use, controls) is left out.
_UNDRAWABLE: Final = re.compile(
    "[^ -~\u00a0-\u024f\u0370-\u03ff\u2010-\u2027\u2030-\u205e\u2070-\u209c\u20ac\u2100-\u2127"
    "\u2190-\u21ff\u2200-\u22ff]"
)
_ELEMENT: Final = "(?:Na|Cl|Ca|Mg|Fe|Al|Si|Cu|Zn|[HCNOSPK])"
_FORMULA: Final = re.compile(
    rf"(?<![A-Za-z0-9])(\d*)((?:[HNO]|Cl)[23]|(?=[A-Za-z]*\d)(?:{_ELEMENT}\d*){{2,}})(?![A-Za-z0-9])"
)
_POWER: Final = re.compile(r"\^\(?([-+]?\d{1,3}|n)\)?")
_LOW: Final = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_HIGH: Final = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_LONGEST_WORD: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A state of a slide: the first `step` items are visible; `reveal` shows the key of a quiz."""

    scene: int
    step: int
    reveal: bool = False


def page_of(scenes: tuple[Scene, ...], number: int, beat: int) -> Page:
    """The page that is on screen during a beat."""
    scene = scenes[number]
    if scene.kind is SceneKind.QUIZ:
        return Page(scene=number, step=0, reveal=0 < beat == len(scene.beats) - 1)
    return Page(scene=number, step=max(0, min(scene.beats[beat].step, len(scene.items))))


def poster_page(scenes: tuple[Scene, ...]) -> Page:
    """The title slide (or else the first one) with everything revealed."""
    number = next((n for n, scene in enumerate(scenes) if scene.kind is SceneKind.TITLE), 0)
    return Page(scene=number, step=len(scenes[number].items))


def drawable(text: str, *, longest: int = _LONGEST_WORD) -> str:
    """`text` as the fonts can show it: formulas with real subscripts, no control characters, no endless words."""
    text = unicodedata.normalize("NFC", plain(text)).replace("Δ", "∆").replace("\u2011", "-")
    text = _FORMULA.sub(lambda m: m[1] + m[2].translate(_LOW), text)
    text = _POWER.sub(lambda m: m[1].translate(_HIGH), text)
    return " ".join(w if len(w) <= longest else w[: longest - 1] + "…" for w in _UNDRAWABLE.sub("", text).split())


def pages_as_frames(storyboard: Storyboard, pages: list[Page]) -> Iterator[av.VideoFrame]:
    """One YUV 4:2:0, BT.709 frame a page, drawn when asked for: a long lesson never sits in memory whole."""
    canvas = pypdfium2.PdfBitmap.new_native(WIDTH, HEIGHT, pypdfium2.raw.FPDFBitmap_BGR)  # fresh memory costs time
    picture = av.VideoFrame(WIDTH, HEIGHT, "bgr24")
    converter = VideoReformatter()
    with closing(pypdfium2.PdfDocument(typeset(storyboard, pages))) as document:
        for page in document:
            page.render(scale=1, may_draw_forms=False, draw_annots=False, bitmap_maker=lambda *_, **__: canvas)
            picture.planes[0].update(canvas.buffer)
            page.close()
            yield converter.reformat(
                picture, format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )


def typeset(storyboard: Storyboard, pages: list[Page]) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_hanken_grotesk.font_directory])
    compiler = typst.Compiler(TEMPLATE, font_paths=fonts)
    deck = json.dumps(_deck(storyboard, pages), ensure_ascii=False)
    pdf: Any = compiler.compile(format="pdf", pdf_tags=False, sys_inputs={"deck": deck})
    return bytes(pdf)


def _deck(storyboard: Storyboard, pages: list[Page]) -> dict[str, Any]:
    subject = _first(ICONS["subjects"], storyboard.subject) or "default"
    sign = _first(ICONS["signs"], subject) or "lightbulb"
    badge = _first(ICONS["interests"], storyboard.interest) or "star"
    scenes = [_scene(scene) for scene in storyboard.scenes]
    names = {item["icon"] for scene in scenes for item in scene["items"]} | {badge, sign, "lightbulb", "hourglass"}
    return {
        "title": drawable(storyboard.title),
        "subject": subject,
        "subject-name": drawable(re.sub("[-_]", " ", storyboard.subject)),
        "subject-icon": sign,
        "interest": drawable(re.sub("[-_]", " ", storyboard.interest)),
        "badge": badge,
        "icons": {name: lucide.lucide_icon(name) for name in sorted(names - {"ball"})},
        "scenes": scenes,
        "pages": [asdict(page) for page in pages],
    }


def _scene(scene: Scene) -> dict[str, Any]:
    spare = cycle(ICONS["spare"])
    taken: set[str] = set()
    return {
        "kind": scene.kind.value,
        "title": drawable(scene.title),
        "text": drawable(scene.text),
        "footer": drawable(scene.footer, longest=80),
        "items": [_item(item, taken, spare) for item in scene.items],
    }


def _item(item: SlideItem, taken: set[str], spare: Iterator[str]) -> dict[str, Any]:
    """An item with an icon that no other item of its slide has."""
    free = [(pattern, name) for pattern, name in ICONS["items"] if name not in taken]
    name = _first(free, item.label) or _first(free, item.text) or next(spare)
    taken.add(name)
    return {"label": drawable(item.label), "text": drawable(item.text), "correct": item.correct, "icon": name}


def _first(table: Sequence[Sequence[str]], words: str) -> str | None:
    return next((name for pattern, name in table if re.search(rf"\b(?:{pattern})", words, re.IGNORECASE)), None)
