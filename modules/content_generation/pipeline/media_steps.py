"""Steps 5 and 6: narration with captions and transcript, and the video."""

import asyncio
import contextlib
import hashlib
import tempfile
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from typing_extensions import override

from modules.content_generation.domain.captions import captions, transcript, webvtt
from modules.content_generation.domain.storyboard import storyboard
from modules.content_generation.interface import Artefact, ArtefactKind, Lesson, UnknownLessonError
from modules.content_generation.pipeline.steps import (
    CHARGE,
    SAVING,
    SHARED_NOTE,
    Delivery,
    Made,
    Run,
    Step,
    lesson_id_of,
)
from modules.content_generation.repository import LessonRepository
from modules.integrations.interface import (
    BeatTiming,
    BlobStore,
    EngineFailedError,
    Narration,
    PriceBook,
    SpeechSynthesizer,
    VideoRenderer,
)
from modules.kernel.interface import Database, LessonId, Modality, Transaction
from modules.request_tracking.interface import LedgerEntry, LedgerKind, RequestTracking, Stage

_TYPES: Final = {
    ArtefactKind.AUDIO: ("lesson.m4a", "audio/mp4"),
    ArtefactKind.VIDEO: ("lesson.mp4", "video/mp4"),
    ArtefactKind.POSTER: ("poster.jpg", "image/jpeg"),
    ArtefactKind.CAPTIONS: ("captions.vtt", "text/vtt; charset=utf-8"),
    ArtefactKind.TRANSCRIPT: ("transcript.txt", "text/plain; charset=utf-8"),
}
_ENGINE_OF_TEXT: Final = "builtin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What both media steps work with. `workspace`: where files stand while they are made."""

    database: Database
    lessons: LessonRepository
    tracking: RequestTracking
    blobs: BlobStore
    prices: PriceBook
    workspace: Path


@dataclass(frozen=True, slots=True)
class _Files:
    """What was made and stored; `timings` with an audio."""

    artefacts: tuple[Artefact, ...]
    timings: tuple[BeatTiming, ...] = ()


class MediaStep(Step):
    """Makes files of a published lesson, stores them, then points to them."""

    claim_seconds = 900.0
    ends_claim = True
    modality: ClassVar[Modality]
    artefact: ClassVar[ArtefactKind]

    def __init__(self, *, studio: Studio) -> None:
        self._studio = studio
        self._deliver = Delivery(tracking=studio.tracking)

    @override
    def build_key(self, run: Run) -> str:
        return f"{lesson_id_of(run)}/{self.modality}"

    @override
    async def find(self, run: Run, *, tx: Transaction) -> Made | None:
        lesson_id = lesson_id_of(run)
        found = await self._studio.lessons.artefact(lesson_id, self.artefact, tx=tx)
        if found is None:
            return None
        saving = self._entry(SAVING, found.engine, SHARED_NOTE)

        async def effects(tx: Transaction) -> None:
            await self._deliver(run, saving, lesson_id, tx=tx)

        return Made(effects=effects)

    @override
    async def work(self, run: Run) -> Made:
        lesson_id = lesson_id_of(run)
        async with self._studio.database.transaction() as tx:
            lesson = await self._studio.lessons.lesson(lesson_id, tx=tx)
            timings = await self._studio.lessons.timings(lesson_id, tx=tx)
        if lesson is None:
            raise UnknownLessonError(f"no lesson has the id {lesson_id}")
        async with self._directory() as directory:
            files = await self._make(lesson, timings, directory)
        charge = self._entry(CHARGE, files.artefacts[0].engine)

        async def effects(tx: Transaction) -> None:
            for made in files.artefacts:
                own = files.timings if made.kind is ArtefactKind.AUDIO else None
                await self._studio.lessons.add_artefact(made, timings=own, tx=tx)
            await self._deliver(run, charge, lesson_id, tx=tx)

        return Made(effects=effects)

    @abstractmethod
    async def _make(self, lesson: Lesson, timings: tuple[BeatTiming, ...], directory: Path) -> _Files:
        """Makes and stores the files, the one that is charged for first."""

    async def _stored(
        self, lesson: Lesson, kind: ArtefactKind, source: Path, *, engine: str, seconds: float
    ) -> Artefact:
        """Puts a file under a key of its content, and makes sure that all of it is there."""
        name, content_type = _TYPES[kind]
        size, digest = await asyncio.to_thread(_size_and_digest, source)
        key = f"lessons/{lesson.id}/{digest[:16]}/{name}"
        await self._studio.blobs.put(key, source, content_type=content_type)
        blob = await self._studio.blobs.stat(key)
        if (blob.size_bytes, blob.sha256) != (size, digest) or not size:
            raise EngineFailedError(f"{name} was not stored whole")
        return Artefact(
            lesson_id=lesson.id,
            kind=kind,
            blob_key=key,
            content_type=content_type,
            size_bytes=size,
            sha256=digest,
            duration_seconds=seconds,
            engine=engine,
        )

    @contextlib.asynccontextmanager
    async def _directory(self) -> AsyncIterator[Path]:
        """A directory that is gone afterwards, whatever happens in it."""
        made = await asyncio.to_thread(_temporary, self._studio.workspace)
        try:
            yield Path(made.name)
        finally:
            await asyncio.to_thread(made.cleanup)

    def _entry(self, kind: LedgerKind, engine: str, note: str = "") -> LedgerEntry:
        return LedgerEntry(
            kind=kind,
            item=self.modality.value,
            amount_usd=self._studio.prices.price_usd(self.modality),
            price_book_version=self._studio.prices.version,
            engine=engine,
            note=note,
        )


class NarrateStep(MediaStep):
    """Speaks the lesson and times its captions."""

    stage = Stage.NARRATE
    modality = Modality.AUDIO
    artefact = ArtefactKind.AUDIO

    def __init__(self, *, studio: Studio, speech: Callable[[], SpeechSynthesizer]) -> None:
        super().__init__(studio=studio)
        self._speech = speech

    @override
    async def _make(self, lesson: Lesson, timings: tuple[BeatTiming, ...], directory: Path) -> _Files:
        scenes = storyboard(lesson)
        told = await self._speech().narrate(scenes, directory=directory)
        words = {
            ArtefactKind.CAPTIONS: webvtt(captions(told.beats)),
            ArtefactKind.TRANSCRIPT: transcript(scenes),
        }
        seconds, made = told.duration_seconds, []
        made.append(await self._stored(lesson, self.artefact, told.audio, engine=told.engine, seconds=seconds))
        for kind, written in words.items():
            path = directory / _TYPES[kind][0]
            await asyncio.to_thread(path.write_text, written, "utf-8")
            made.append(await self._stored(lesson, kind, path, engine=_ENGINE_OF_TEXT, seconds=0.0))
        return _Files(tuple(made), told.beats)


class RenderStep(MediaStep):
    """Draws the lesson to its narration."""

    stage = Stage.RENDER
    modality = Modality.VIDEO
    artefact = ArtefactKind.VIDEO

    def __init__(self, *, studio: Studio, video: Callable[[], VideoRenderer]) -> None:
        super().__init__(studio=studio)
        self._video = video

    @override
    async def _make(self, lesson: Lesson, timings: tuple[BeatTiming, ...], directory: Path) -> _Files:
        narration = await self._narration(lesson.id, timings, directory)
        made = await self._video().render(storyboard(lesson), narration, captions(timings), directory=directory)
        engine, seconds = made.engine, made.duration_seconds
        return _Files(
            (
                await self._stored(lesson, self.artefact, made.video, engine=engine, seconds=seconds),
                await self._stored(lesson, ArtefactKind.POSTER, made.poster, engine=engine, seconds=0.0),
            )
        )

    async def _narration(self, lesson_id: LessonId, timings: tuple[BeatTiming, ...], directory: Path) -> Narration:
        """The stored narration, as a file in `directory`."""
        async with self._studio.database.transaction() as tx:
            audio = await self._studio.lessons.artefact(lesson_id, ArtefactKind.AUDIO, tx=tx)
        if audio is None:
            raise UnknownLessonError(f"lesson {lesson_id} has no narration to draw to")
        path = directory / f"narration-{_TYPES[ArtefactKind.AUDIO][0]}"
        content = [piece async for piece in self._studio.blobs.read(audio.blob_key)]
        await asyncio.to_thread(path.write_bytes, b"".join(content))
        return Narration(audio=path, duration_seconds=audio.duration_seconds, beats=timings, engine=audio.engine)


def _temporary(workspace: Path) -> "tempfile.TemporaryDirectory[str]":
    workspace.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=workspace, prefix="lesson-")


def _size_and_digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
