"""The files that narration and rendering leave behind, looked into stream by stream."""

import asyncio
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av.filter import Graph

from modules.integrations.interface import Beat, Cue, Narration, Scene, SceneKind, SlideItem, Video
from modules.integrations.local.media import LocalSpeechSynthesizer, LocalVideoRenderer
from tests.fakes.media import LEAF_LESSON, captions_of, lesson_of

pytestmark = pytest.mark.media


@dataclass(frozen=True)
class Made:
    narration: Narration
    captions: list[Cue]
    video: Video


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    directory = tmp_path_factory.mktemp("lesson")

    async def make() -> Made:
        narration = await LocalSpeechSynthesizer().narrate(LEAF_LESSON, directory=directory)
        captions = captions_of(LEAF_LESSON, narration)
        video = await LocalVideoRenderer().render(LEAF_LESSON, narration, captions, directory=directory)
        return Made(narration, captions, video)

    return asyncio.run(make())


def _seconds(stream: Any) -> float:
    return float(stream.duration * stream.time_base)


def _loudness(path: Path) -> float:
    graph, measured = Graph(), 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph.link_nodes(
            graph.add_abuffer(template=stream),
            graph.add("ebur128", "metadata=1:framelog=quiet"),
            graph.add("abuffersink"),
        ).configure()
        for frame in container.decode(stream):
            graph.push(frame)
            while True:
                try:
                    measured = float(graph.pull().metadata.get("lavfi.r128.I", measured))
                except av.BlockingIOError:
                    break
    return measured


def test_narration_is_mono_aac_at_16_lufs(made: Made) -> None:
    with av.open(str(made.narration.audio)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.channels, stream.rate) == ("aac", 1, 24_000)
        assert _seconds(stream) == pytest.approx(made.narration.duration_seconds, abs=0.06)
    assert _loudness(made.narration.audio) == pytest.approx(-16.0, abs=0.5)
    assert made.narration.engine.startswith("espeak-ng 1.")


def test_beats_follow_each_other_with_their_pauses(made: Made) -> None:
    beats = made.narration.beats
    assert len(beats) == sum(len(scene.beats) for scene in LEAF_LESSON.scenes)
    assert beats[0].start_seconds == pytest.approx(0.4, abs=0.01)
    assert beats[1].start_seconds - beats[0].end_seconds == pytest.approx(0.25, abs=0.01)
    assert beats[3].start_seconds - beats[2].end_seconds == pytest.approx(0.6, abs=0.01), "a new scene"
    assert made.narration.duration_seconds - beats[-1].end_seconds == pytest.approx(0.8, abs=0.01)
    words = sum(len(beat.words) for beat in beats)
    assert 135 < words / made.narration.duration_seconds * 60 < 165


def test_every_shown_word_has_its_time(made: Made) -> None:
    shown = [beat for scene in LEAF_LESSON.scenes for beat in scene.beats]
    for beat, timing in zip(shown, made.narration.beats, strict=True):
        assert [word.text for word in timing.words] == beat.display.split()
        edges = [timing.start_seconds, *(word.start_seconds for word in timing.words), timing.end_seconds]
        assert edges == sorted(edges)


def test_the_video_holds_picture_sound_and_captions_of_one_length(made: Made) -> None:
    with av.open(str(made.video.video)) as container:
        assert [s.name for s in container.streams] == ["h264", "aac", "mov_text"]
        picture, sound, _ = (_seconds(stream) for stream in container.streams)
        context = container.streams.video[0].codec_context
        assert (context.width, context.height, context.pix_fmt) == (1280, 720, "yuv420p")
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1), "BT.709"
    assert abs(picture - sound) < 0.1
    assert picture == pytest.approx(made.narration.duration_seconds, abs=0.1)


def test_captions_are_in_the_file_to_the_letter(made: Made) -> None:
    with av.open(str(made.video.video)) as container:
        packets = [((p.pts or 0) / 1000, bytes(p)[2:]) for p in container.demux(subtitles=0) if p.size > 2]
    assert [text.decode() for _, text in packets] == [cue.text for cue in made.captions]
    assert [start for start, _ in packets] == pytest.approx([cue.start_seconds for cue in made.captions], abs=0.002)


def test_the_index_comes_first_and_each_scene_begins_with_a_key_frame(made: Made) -> None:
    content = made.video.video.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(made.video.video)) as container:
        frames = [(frame.time, frame.key_frame) for frame in container.decode(video=0)]
    assert sum(key for _, key in frames) == len(LEAF_LESSON.scenes)
    assert all(before < after for (before, _), (after, _) in pairwise(frames))
    assert max(after - before for (before, _), (after, _) in pairwise(frames)) < 7.0


def test_the_poster_is_a_jpeg_of_the_whole_title_slide(made: Made) -> None:
    assert made.video.poster.read_bytes()[:3] == b"\xff\xd8\xff"
    with av.open(str(made.video.poster)) as container:
        poster = next(container.decode(video=0))
    assert (poster.width, poster.height) == (1280, 720)
    with av.open(str(made.video.video)) as container:
        opening = next(container.decode(video=0))
    assert _mean_difference(poster, opening) > 1, "the film opens before the items are revealed"


def _mean_difference(one: av.VideoFrame, other: av.VideoFrame) -> float:
    a, b = (bytes(frame.reformat(format="gray", width=320, height=180).planes[0]) for frame in (one, other))
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


def test_nothing_but_the_results_is_left(made: Made) -> None:
    left = sorted(path.name for path in made.video.video.parent.iterdir())
    assert left == ["lesson.m4a", "lesson.mp4", "poster.jpg"]


async def test_hostile_text_is_spoken_shown_and_captioned_as_text(tmp_path: Path) -> None:
    words = '#panic() <break time="9s"/> [[_^_]] & {\\an8} 🏀 \x00\x07\u202e ' + "w" * 400
    item = SlideItem(label="<b>#x</b>", text=words)
    kinds = (SceneKind.TITLE, SceneKind.QUIZ)
    beats = tuple(Beat(display=text, spoken=text, step=1) for text in (words, "", "🏀"))
    lesson = lesson_of(*(Scene(kind=kind, title=words, text=words, items=(item,), beats=beats) for kind in kinds))
    narration = await LocalSpeechSynthesizer().narrate(lesson, directory=tmp_path)
    assert [word.text for word in narration.beats[0].words] == words.split()
    cue = Cue(start_seconds=0.5, end_seconds=2.0, text="{\\an8}<b>#x</b> & 🏀")
    video = await LocalVideoRenderer().render(lesson, narration, [cue], directory=tmp_path)
    with av.open(str(video.video)) as container:
        texts = [bytes(packet)[2:].decode() for packet in container.demux(subtitles=0) if packet.size > 2]
    assert texts == [cue.text]


def test_the_product_itself_loads_no_engine() -> None:
    code = "import modules.integrations.local.media, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"\b(av|typst|pypdfium2|espeakng_loader|numpy|lucide)\b", loaded)
