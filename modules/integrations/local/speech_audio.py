"""PCM to an AAC file at the loudness of podcasts. Runs in the media process only."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.filter import Graph

LOUDNESS_LUFS: Final = -16.0
_RATE: Final = 24_000
_ENCODER: Final = {"aac_coder": "fast", "aac_tns": "0", "aac_pns": "0", "aac_is": "0", "aac_ms": "0", "cutoff": "9000"}
_BIT_RATE: Final = 32_000
_CEILING: Final = 0.8
_ENGINE_LUFS: Final = -21.6  # what eSpeak NG gives with our voice, so that one pass and a small trim suffice
_FLOOR_LUFS: Final = -60.0


def write_audio(pcm: bytes, sample_rate: int, path: Path) -> float:
    """Encodes 16-bit mono `pcm` into an .m4a of -16 LUFS and returns its length in seconds."""
    level = [("volume", f"{LOUDNESS_LUFS - _ENGINE_LUFS:.2f}dB"), ("alimiter", f"limit={_CEILING}:level=0")]
    trim = LOUDNESS_LUFS - _loudness(pcm, sample_rate, level)
    shape = [
        *level,
        ("volume", f"{trim:.2f}dB"),
        ("aresample", str(_RATE)),
        ("aformat", "sample_fmts=fltp:channel_layouts=mono"),
        ("asetnsamples", "n=1024:p=0"),
    ]
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("aac", rate=_RATE, options=_ENCODER)
        stream.layout, stream.bit_rate = "mono", _BIT_RATE
        for frame in _filtered(pcm, sample_rate, shape):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return len(pcm) / 2 / sample_rate


def _loudness(pcm: bytes, sample_rate: int, chain: list[tuple[str, str]]) -> float:
    loudness = _FLOOR_LUFS
    for frame in _filtered(pcm, sample_rate, [*chain, ("ebur128", "metadata=1:framelog=quiet")]):
        loudness = float(frame.metadata.get("lavfi.r128.I", loudness))
    return loudness if loudness > _FLOOR_LUFS else LOUDNESS_LUFS  # silence stays silence


def _filtered(pcm: bytes, sample_rate: int, chain: list[tuple[str, str]]) -> Iterator[Any]:
    graph = Graph()
    graph.threads = 1
    time_base = Fraction(1, sample_rate)
    source = graph.add_abuffer(sample_rate=sample_rate, format="s16", layout="mono", time_base=time_base)
    graph.link_nodes(source, *(graph.add(name, options) for name, options in chain), graph.add("abuffersink"))
    graph.configure()
    step = sample_rate * 10
    for position in range(0, len(pcm) // 2, step):
        piece = pcm[position * 2 : (position + step) * 2]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece) // 2)
        frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = sample_rate, position, time_base
        graph.push(frame)
        yield from _ready(graph)
    graph.push(None)
    yield from _ready(graph)


def _ready(graph: Graph) -> Iterator[Any]:
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
