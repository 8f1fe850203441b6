"""Writes what was encoded: the .mp4 with picture, sound and captions, and the poster. Media process only."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from heapq import merge
from itertools import chain
from pathlib import Path
from typing import Any, Final

import av

from modules.integrations.values import Cue

WIDTH: Final = 1280
HEIGHT: Final = 720
FPS: Final = 15
TICKS: Final = Fraction(1, 90_000)
_MILLISECONDS: Final = Fraction(1, 1000)
_JPEG_QUALITY: Final = 4
_X264: Final = {
    "preset": "superfast",
    "crf": "25",
    "tune": "stillimage",
    "x264-params": "scenecut=0:keyint=100000:rc-lookahead=0:mbtree=0:open-gop=0:aq-mode=0:weightp=0:subme=0:no-psy=1:"
    "bframes=2:b-adapt=0:b-pyramid=none:weightb=1:direct=temporal",
}
# The caption codec wants a style before it opens; the packets themselves are written as plain text.
_ASS_HEADER: Final = b"[Script Info]\n[V4+ Styles]\n[Events]\n"


def write_video(
    path: Path, frames: Iterable[av.VideoFrame], *, sound: tuple[Path, float], captions: Sequence[Cue]
) -> None:
    """Encodes `frames` and copies the packets of `sound` (file, seconds); faststart puts the index first."""
    seconds = sound[1]
    with av.open(str(sound[0])) as source, av.open(str(path), "w", options={"movflags": "faststart"}) as file:
        video = _video_stream(file)
        audio = file.add_stream_from_template(source.streams.audio[0])
        tracks = [_picture(frames, video, seconds), _sound(source, audio)]
        if captions:
            tracks.append(_captions(captions, _caption_stream(file), seconds))
        for packet in merge(*tracks, key=lambda packet: packet.dts * packet.time_base):
            file.mux_one(packet)


def write_poster(frame: av.VideoFrame, path: Path) -> None:
    """One JPEG picture."""
    encoder: Any = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1, 1)
    encoder.qmin = encoder.qmax = _JPEG_QUALITY
    picture = frame.reformat(format="yuvj420p", src_color_range="MPEG", dst_color_range="JPEG", dst_colorspace="ITU601")
    path.write_bytes(b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)]))


def _video_stream(file: Any) -> Any:
    stream = file.add_stream("libx264", rate=FPS, options=_X264)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder = stream.codec_context
    encoder.time_base = stream.time_base = TICKS
    encoder.gop_size, encoder.thread_count = 100_000, 1
    # BT.709 and limited range: without the tags, players shift the greens.
    encoder.color_primaries = encoder.color_trc = encoder.colorspace = encoder.color_range = 1
    return stream


def _picture(frames: Iterable[av.VideoFrame], stream: Any, seconds: float) -> Iterator[Any]:
    """The encoded frames. A frame lasts until the next one; only the last has to say for how long."""
    held, lead = None, 0
    for frame in chain(frames, [None]):
        for packet in stream.encode(frame):
            packet.stream = stream
            if held is None:
                lead = -packet.dts  # B-frames make decoding start before the picture does
            else:
                yield held
            held = packet
            held.duration = 0
    if held is not None:
        held.duration = max(1, round(seconds / TICKS) - lead - held.dts)
        yield held


def _sound(container: Any, stream: Any) -> Iterator[Any]:
    for packet in container.demux(audio=0):
        if packet.dts is not None:
            packet.stream = stream
            yield packet


def _caption_stream(file: Any) -> Any:
    stream = file.add_stream("mov_text")
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.codec_context.time_base = stream.time_base = _MILLISECONDS
    stream.codec_context.open()
    stream.metadata["language"] = "eng"
    return stream


def _captions(cues: Sequence[Cue], stream: Any, seconds: float) -> Iterator[Any]:
    """Packets of mov_text: a length and plain text, so that nothing in a caption is taken for a style."""
    last = -1
    for cue in sorted(cues, key=lambda cue: cue.start_seconds):
        text = cue.text[:500].encode(errors="ignore")
        packet = av.Packet(len(text).to_bytes(2, "big") + text)
        last = packet.pts = packet.dts = max(last + 1, round(cue.start_seconds * 1000))
        packet.duration = max(1, round(min(cue.end_seconds, seconds) * 1000) - last)
        packet.time_base, packet.stream = _MILLISECONDS, stream
        yield packet
