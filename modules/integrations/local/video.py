"""Video: slides on the narration's clock, with its AAC packets and captions. Runs in the media process only.

What makes a lesson cheap to encode: nothing is encoded while nothing moves (the frame rate varies), and a fade is a
run of B-frames between two still pages, which x264 predicts as a weighted mix of both at almost no bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import av
from av.filter import Graph
from av.video.frame import PictureType

from modules.integrations.local.slides import Page, page_of, pages_as_frames, poster_page
from modules.integrations.local.video_file import FPS, HEIGHT, TICKS, WIDTH, write_poster, write_video
from modules.integrations.values import Cue, Storyboard

_FADE_STEPS: Final = 3
_REPEAT_SECONDS: Final = 6.0
_SCENE_LEAD_SECONDS: Final = 0.3
_REVEAL_LEAD_SECONDS: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to render. `starts`: when each beat is spoken, scenes flattened in order."""

    storyboard: Storyboard
    audio: Path
    duration_seconds: float
    starts: tuple[float, ...]
    captions: tuple[Cue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A page and when it is on screen, in seconds. `opens`: it is the first of its scene."""

    page: Page
    start: float
    end: float
    opens: bool


def render(plan: Plan, directory: Path) -> dict[str, Any]:
    """Writes `lesson.mp4` and `poster.jpg` and answers with the length of the picture."""
    shots = list(shots_of(plan))
    pages = [poster_page(plan.storyboard.scenes), *(shot.page for shot in shots)]
    pictures = pages_as_frames(plan.storyboard, pages)
    write_poster(next(pictures), directory / "poster.jpg")
    film = directory / "lesson.mp4"
    sound = (plan.audio, plan.duration_seconds)
    write_video(film, _animated(shots, pictures), sound=sound, captions=plan.captions)
    return {"duration_seconds": plan.duration_seconds, "engine": f"typst {version('typst')}, x264"}


def shots_of(plan: Plan) -> Iterator[Shot]:
    """Beats that show the same page share a shot; a scene begins shortly before it speaks."""
    scenes = plan.storyboard.scenes
    beats = [(number, beat) for number, scene in enumerate(scenes) for beat in range(len(scene.beats))]
    if len(beats) != len(plan.starts) or not beats:
        raise ValueError(f"{len(beats)} beats in the storyboard, {len(plan.starts)} in the narration")
    marks: list[tuple[Page, float, bool]] = []
    for (number, beat), spoken in zip(beats, plan.starts, strict=True):
        page = page_of(scenes, number, beat)
        if marks and marks[-1][0] == page:
            continue
        start = spoken - (_REVEAL_LEAD_SECONDS if beat else _SCENE_LEAD_SECONDS)
        marks.append((page, start if marks else 0.0, beat == 0))
    ends = [*(start for _, start, _ in marks[1:]), plan.duration_seconds]
    for (page, start, opens), end in zip(marks, ends, strict=True):
        yield Shot(page=page, start=start, end=end, opens=opens)


def _animated(shots: list[Shot], pictures: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """Frames with times and types: a fade, then a still repeated now and then."""
    before = None
    for shot, picture in zip(shots, pictures, strict=True):
        now = shot.start
        if before is not None:
            if shot.opens:  # a key frame of the scene's own ground: nothing refers across it, and it costs nothing
                before = _ground(picture)
                yield _timed(before, now, PictureType.I)
                now += 1 / FPS
            steps = max(1, min(_FADE_STEPS, int((shot.end - now) * FPS) - 1))
            for step in range(1, steps):
                yield _timed(_mixer(step / steps).mix(picture, before), now, PictureType.B)
                now += 1 / FPS
        yield _timed(picture, now, PictureType.P if before else PictureType.I)
        now += _REPEAT_SECONDS if before else 1 / FPS  # the second frame sets how far decoding runs ahead
        while now < shot.end - 1 / FPS:
            yield _timed(picture, now, PictureType.P)
            now += _REPEAT_SECONDS
        before = picture


def _ground(picture: av.VideoFrame) -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, drawn in zip(frame.planes, picture.planes, strict=True):
        plane.update(bytes(drawn)[:1] * plane.buffer_size)
    return frame


def _timed(picture: av.VideoFrame, seconds: float, kind: PictureType) -> av.VideoFrame:
    picture.pts, picture.time_base, picture.pict_type = round(seconds / TICKS), TICKS, kind
    return picture


class _Mixer:
    """Mixes two frames in one proportion, with libavfilter: importing numpy costs more than all the fades."""

    def __init__(self, share: float) -> None:
        self._graph = Graph()
        self._graph.threads = 1
        shape = f"video_size={WIDTH}x{HEIGHT}:pix_fmt=yuv420p:time_base=1/1000"
        self._sources = [self._graph.add("buffer", shape, name=name) for name in ("new", "old")]
        blend = self._graph.add("blend", f"all_mode=normal:all_opacity={share:.4f}")
        self._sink = self._graph.add("buffersink")
        for index, source in enumerate(self._sources):
            source.link_to(blend, 0, index)
        blend.link_to(self._sink)
        self._graph.configure()
        self._clock = 0

    def mix(self, new: av.VideoFrame, old: av.VideoFrame) -> Any:
        self._clock += 1
        for source, frame in zip(self._sources, (new, old), strict=True):
            frame.pts, frame.time_base = self._clock, TICKS
            source.push(frame)
        return self._sink.pull()


_mixer = cache(_Mixer)  # building one costs as much as several mixes
