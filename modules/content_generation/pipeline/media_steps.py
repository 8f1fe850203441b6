"""Steps 5 and 6: narration with captions and transcript, and the video."""

import asyncio
import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from modules.content_generation.interface import Artefact, ArtefactKind, ArtefactMissingError, Lesson
from modules.content_generation.pipeline.desk import Desk, Made, Run, Step
from modules.content_generation.pipeline.rendering import transcript, webvtt
from modules.integrations.interface import BeatTiming, EngineFailedError, Narration
from modules.kernel.interface import LessonId, Modality, Transaction
from modules.request_tracking.interface import Stage

_FILES: Final = {
    ArtefactKind.AUDIO: ("lesson.m4a", "audio/mp4"),
    ArtefactKind.VIDEO: ("lesson.mp4", "video/mp4"),
    ArtefactKind.POSTER: ("poster.jpg", "image/jpeg"),
    ArtefactKind.CAPTIONS: ("captions.vtt", "text/vtt; charset=utf-8"),
    ArtefactKind.TRANSCRIPT: ("transcript.txt", "text/plain; charset=utf-8"),
}


async def narrate(desk: Desk, run: Run) -> Made:
    """Speaks the lesson and times its captions."""
    scenes = desk.storyboards.scenes(await _lesson(desk, run))
    async with _directory(desk) as directory:
        told = await desk.speech().narrate(scenes, directory=directory)
        captioned, read = directory / "captions.vtt", directory / "transcript.txt"
        await asyncio.to_thread(captioned.write_text, webvtt(desk.storyboards.captions(told.beats)), "utf-8")
        await asyncio.to_thread(read.write_text, transcript(scenes), "utf-8")
        files = [
            await _stored(desk, run, ArtefactKind.AUDIO, told.audio, told.engine, told.duration_seconds),
            await _stored(desk, run, ArtefactKind.CAPTIONS, captioned, desk.writer.engine),
            await _stored(desk, run, ArtefactKind.TRANSCRIPT, read, desk.writer.engine),
        ]
    return _published(desk, run, Modality.AUDIO, files, told.beats)


async def render(desk: Desk, run: Run) -> Made:
    """Draws the lesson to its narration."""
    scenes = desk.storyboards.scenes(await _lesson(desk, run))
    async with _directory(desk) as directory:
        told = await _narration(desk, run.lesson_id, directory)
        drawn = await desk.video().render(scenes, told, desk.storyboards.captions(told.beats), directory=directory)
        files = [
            await _stored(desk, run, ArtefactKind.VIDEO, drawn.video, drawn.engine, drawn.duration_seconds),
            await _stored(desk, run, ArtefactKind.POSTER, drawn.poster, drawn.engine),
        ]
    return _published(desk, run, Modality.VIDEO, files)


async def _find(modality: Modality, desk: Desk, run: Run, tx: Transaction) -> Made | None:
    found = await desk.lessons.artefact(run.lesson_id, ArtefactKind(modality.value), tx=tx)
    if found is None:
        return None
    return Made(effects=lambda tx: desk.deliver(run, run.lesson_id, modality, found.engine, shared=True, tx=tx))


def _published(
    desk: Desk, run: Run, modality: Modality, files: Sequence[Artefact], timings: tuple[BeatTiming, ...] = ()
) -> Made:
    async def effects(tx: Transaction) -> None:
        for made in files:
            own = timings if made.kind is ArtefactKind.AUDIO else ()
            await desk.lessons.add_artefact(made, own, tx=tx)
        await desk.deliver(run, run.lesson_id, modality, files[0].engine, shared=False, tx=tx)

    return Made(effects=effects)


async def _lesson(desk: Desk, run: Run) -> Lesson:
    async with desk.database.transaction() as tx:
        lesson = await desk.lessons.lesson(run.lesson_id, tx=tx)
    if lesson is None:
        raise ArtefactMissingError(f"lesson {run.lesson_id} is gone")
    return lesson


async def _narration(desk: Desk, lesson_id: LessonId, directory: Path) -> Narration:
    """The stored narration, as a file in `directory`."""
    async with desk.database.transaction() as tx:
        audio = await desk.lessons.artefact(lesson_id, ArtefactKind.AUDIO, tx=tx)
        timings = await desk.lessons.timings(lesson_id, tx=tx)
    if audio is None:
        raise ArtefactMissingError(f"lesson {lesson_id} has no narration to draw to")
    path = directory / "narration.m4a"
    content = b"".join([piece async for piece in desk.blobs.read(audio.blob_key)])
    await asyncio.to_thread(path.write_bytes, content)
    return Narration(audio=path, duration_seconds=audio.duration_seconds, beats=timings, engine=audio.engine)


async def _stored(
    desk: Desk, run: Run, kind: ArtefactKind, source: Path, engine: str, seconds: float = 0.0
) -> Artefact:
    """Puts a file under a key of its content, and makes sure that all of it is there."""
    name, content_type = _FILES[kind]
    content = await asyncio.to_thread(source.read_bytes)
    digest = hashlib.sha256(content).hexdigest()
    key = f"lessons/{run.lesson_id}/{digest[:16]}/{name}"
    await desk.blobs.put(key, source, content_type=content_type)
    blob = await desk.blobs.stat(key)
    if not content or (blob.size_bytes, blob.sha256) != (len(content), digest):
        raise EngineFailedError(f"{name} was not stored whole")
    return Artefact(
        lesson_id=run.lesson_id,
        kind=kind,
        blob_key=key,
        content_type=content_type,
        size_bytes=blob.size_bytes,
        sha256=digest,
        duration_seconds=seconds,
        engine=engine,
    )


@contextlib.asynccontextmanager
async def _directory(desk: Desk) -> AsyncIterator[Path]:
    """A directory that is gone afterwards, whatever happens in it."""
    await asyncio.to_thread(desk.workspace.mkdir, parents=True, exist_ok=True)
    made = await asyncio.to_thread(tempfile.TemporaryDirectory, dir=desk.workspace)
    try:
        yield Path(made.name)
    finally:
        await asyncio.to_thread(made.cleanup)


def _step(stage: Stage, modality: Modality) -> Step:
    return Step(
        stage=stage,
        work=narrate if stage is Stage.NARRATE else render,
        find=partial(_find, modality),
        build_key=lambda run: f"{run.lesson_id}/{modality}",
        claim_seconds=900.0,
    )


MEDIA_STEPS: Final = (_step(Stage.NARRATE, Modality.AUDIO), _step(Stage.RENDER, Modality.VIDEO))
