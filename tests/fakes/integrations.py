"""Fakes of the ports to the outside world: in memory, quick, and held to the contract in tests/contracts."""

import asyncio
import hashlib
import math
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from typing_extensions import override

from modules.integrations.interface import (
    BeatTiming,
    Blob,
    BlobNotFoundError,
    BlobStore,
    Cue,
    DatabaseAddress,
    DatabaseServer,
    Doorbell,
    Embedder,
    Mailer,
    Narration,
    PriceBook,
    SpeechSynthesizer,
    Storyboard,
    UnknownPriceError,
    Video,
    VideoRenderer,
    WordTiming,
)
from modules.kernel.interface import Modality, VividlyError

SECONDS_A_WORD = 0.4


class FakeEmbedder(Embedder):
    """Texts with words in common have near vectors; it knows no synonyms. Set `fault` and it raises that."""

    model_id = "fake/bag-of-words"
    dimension = 384

    def __init__(self) -> None:
        self.fault: VividlyError | None = None
        self.texts: list[str] = []

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if self.fault is not None:
            raise self.fault
        self.texts += texts
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split() or [""]
        directions = [self._direction(word) for word in words]
        total = [sum(values) for values in zip(*directions, strict=True)]
        length = math.sqrt(sum(value * value for value in total))
        return [value / length for value in total]

    def _direction(self, word: str) -> list[float]:
        chance = random.Random(word)  # noqa: S311 - the same numbers for the same word
        return [chance.gauss() for _ in range(self.dimension)]


class FakeSpeechSynthesizer(SpeechSynthesizer):
    """Writes a small file and gives every word the same time. Set `fault` and it raises that."""

    def __init__(self) -> None:
        self.fault: VividlyError | None = None
        self.calls = 0

    @override
    async def narrate(self, storyboard: Storyboard, *, directory: Path) -> Narration:
        self.calls += 1
        if self.fault is not None:
            raise self.fault
        beats: list[BeatTiming] = []
        now = 0.0
        for beat in (beat for scene in storyboard.scenes for beat in scene.beats):
            words = []
            for number, text in enumerate(beat.display.split()):
                start = now + number * SECONDS_A_WORD
                words.append(WordTiming(text=text, start_seconds=start, end_seconds=start + SECONDS_A_WORD))
            end = now + len(words) * SECONDS_A_WORD
            beats.append(BeatTiming(start_seconds=now, end_seconds=end, words=tuple(words)))
            now = end + beat.pause_seconds
        audio = directory / "lesson.m4a"
        audio.write_bytes(b"fake narration")
        return Narration(audio=audio, duration_seconds=now, beats=tuple(beats), engine="fake-speech")


class FakeVideoRenderer(VideoRenderer):
    """Writes small files as long as the narration says. Set `fault` and it raises that."""

    def __init__(self) -> None:
        self.fault: VividlyError | None = None
        self.calls = 0

    @override
    async def render(
        self, storyboard: Storyboard, narration: Narration, captions: Sequence[Cue], *, directory: Path
    ) -> Video:
        self.calls += 1
        if self.fault is not None:
            raise self.fault
        video, poster = directory / "lesson.mp4", directory / "poster.jpg"
        video.write_bytes(b"fake video")
        poster.write_bytes(b"fake poster")
        return Video(video=video, poster=poster, duration_seconds=narration.duration_seconds, engine="fake-video")


class FakeBlobStore(BlobStore):
    """Objects in memory. Set `fault` and `put` raises that."""

    def __init__(self) -> None:
        self.fault: VividlyError | None = None
        self._objects: dict[str, tuple[bytes, Blob]] = {}

    @override
    async def put(self, key: str, source: Path, *, content_type: str) -> Blob:
        parts = key.split("/")
        if any(not part or part.startswith(".") for part in parts):
            raise BlobNotFoundError(f"{key!r} is not a key")
        if self.fault is not None:
            raise self.fault
        content = await asyncio.to_thread(source.read_bytes)
        digest = hashlib.sha256(content).hexdigest()
        blob = Blob(key=key, size_bytes=len(content), sha256=digest, content_type=content_type)
        self._objects[key] = (content, blob)
        return blob

    @override
    async def stat(self, key: str) -> Blob:
        return self._find(key)[1]

    @override
    async def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        content = self._find(key)[0][max(0, start) : end]
        for position in range(0, len(content), 65_536):
            yield content[position : position + 65_536]

    @override
    async def delete(self, key: str) -> None:
        self._objects.pop(key, None)

    def _find(self, key: str) -> tuple[bytes, Blob]:
        if key not in self._objects:
            raise BlobNotFoundError(f"there is no object {key!r}")
        return self._objects[key]


class FakeDoorbell(Doorbell):
    """Rings within this process; `rung` keeps every ring. Set `broken` and every ring is lost."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, str]] = []
        self.broken = False
        self._ears: dict[str, list[asyncio.Queue[str]]] = defaultdict(list)

    @override
    async def ring(self, channel: str, message: str) -> None:
        if self.broken:
            return
        self.rung.append((channel, message))
        for ear in self._ears[channel]:
            ear.put_nowait(message)

    @override
    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        return self._listen(channel)

    @override
    async def close(self) -> None:
        self.broken = True

    @asynccontextmanager
    async def _listen(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        ear: asyncio.Queue[str] = asyncio.Queue()
        self._ears[channel].append(ear)
        try:
            yield _heard(ear)
        finally:
            self._ears[channel].remove(ear)


async def _heard(ear: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await ear.get()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """What a FakeMailer was given."""

    to: str
    subject: str
    body: str


class FakeMailer(Mailer):
    """Keeps mail in `sent`."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []

    @override
    async def send(self, *, to: str, subject: str, body: str) -> None:
        self.sent.append(SentMail(to=to, subject=subject, body=body))


class FakePriceBook(PriceBook):
    """Prices that are easy to add up: 1, 20 and 300 USD."""

    version = "fake-1"

    def __init__(self) -> None:
        self.prices: dict[Modality, Decimal] = {
            Modality.TEXT: Decimal(1),
            Modality.AUDIO: Decimal(20),
            Modality.VIDEO: Decimal(300),
        }

    @override
    def price_usd(self, modality: Modality) -> Decimal:
        if modality not in self.prices:
            raise UnknownPriceError(f"no price for {modality!r}")
        return self.prices[modality]


class FakeDatabaseServer(DatabaseServer):
    """A server at an address of the test's choosing. Set `fault` and `start` raises that."""

    def __init__(self, *, url: str = "postgresql://vividly:secret@127.0.0.1:1/vividly") -> None:
        self.fault: VividlyError | None = None
        self.running = False
        self._url = url

    @override
    def start(self) -> DatabaseAddress:
        if self.fault is not None:
            raise self.fault
        started_here, self.running = not self.running, True
        return DatabaseAddress(url=self._url, pid=1, started_here=started_here)

    @override
    def stop(self) -> None:
        self.running = False
