"""Narration and video, each made in a process of its own.

The engines (eSpeak NG, x264) are GPL and keep global state: they are loaded by `media_process` only, never here.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, cast

from typing_extensions import override

from modules.integrations.interface import (
    BeatTiming,
    Cue,
    EngineFailedError,
    EngineUnavailableError,
    Narration,
    SpeechSynthesizer,
    StorageFullError,
    Storyboard,
    Video,
    VideoRenderer,
    WordTiming,
)
from modules.integrations.local.disk import is_full

COMMAND: Final = (sys.executable, "-m", "modules.integrations.local.media_process")
_IMPORT_ROOT: Final = Path(__file__).resolve().parents[3]
_ERRORS: Final = {"unavailable": EngineUnavailableError, "storage_full": StorageFullError}


class LocalSpeechSynthesizer(SpeechSynthesizer):
    """Speaks with eSpeak NG: no account, no network, word times from the engine itself."""

    def __init__(self, *, budget_seconds: float = 120.0, command: Sequence[str] = COMMAND) -> None:
        self._engine = _Engine(command=command, budget_seconds=budget_seconds)

    @override
    async def narrate(self, storyboard: Storyboard, *, directory: Path) -> Narration:
        with _scratch(directory) as scratch:
            reply = await self._engine.run("narrate", {"storyboard": asdict(storyboard), "directory": str(scratch)})
            audio = (scratch / "lesson.m4a").replace(directory / "lesson.m4a")
        return Narration(
            audio=audio,
            duration_seconds=reply["duration_seconds"],
            beats=tuple(_beat_timing(beat) for beat in reply["beats"]),
            engine=reply["engine"],
        )


class LocalVideoRenderer(VideoRenderer):
    """Typesets the slides and encodes them with x264 beside the narration's own AAC packets."""

    def __init__(self, *, budget_seconds: float = 600.0, command: Sequence[str] = COMMAND) -> None:
        self._engine = _Engine(command=command, budget_seconds=budget_seconds)

    @override
    async def render(
        self, storyboard: Storyboard, narration: Narration, captions: Sequence[Cue], *, directory: Path
    ) -> Video:
        with _scratch(directory) as scratch:
            request = {
                "storyboard": asdict(storyboard),
                "audio": str(narration.audio.resolve()),
                "duration_seconds": narration.duration_seconds,
                "starts": [beat.start_seconds for beat in narration.beats],
                "captions": [asdict(cue) for cue in captions],
                "directory": str(scratch),
            }
            reply = await self._engine.run("render", request)
            poster = (scratch / "poster.jpg").replace(directory / "poster.jpg")
            video = (scratch / "lesson.mp4").replace(directory / "lesson.mp4")
        return Video(video=video, poster=poster, duration_seconds=reply["duration_seconds"], engine=reply["engine"])


class _Engine:
    """Runs of the media process. A child's standard input stays open: when we die, it sees that and ends."""

    def __init__(self, *, command: Sequence[str], budget_seconds: float) -> None:
        self._command = command
        self._budget_seconds = budget_seconds

    async def run(self, task: str, request: Mapping[str, Any]) -> dict[str, Any]:
        line = json.dumps({"task": task, "budget_seconds": self._budget_seconds, **request}, default=str) + "\n"
        child = await self._start()
        try:
            async with asyncio.timeout(self._budget_seconds):
                output, complaint = await _converse(child, line.encode())
        except TimeoutError as error:
            raise EngineFailedError(f"{task} took longer than {self._budget_seconds:g} s and was stopped") from error
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await asyncio.shield(child.wait())
        return _reply(task, child.returncode, output, complaint)

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        try:
            return await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=_IMPORT_ROOT, start_new_session=True
            )
        except (FileNotFoundError, PermissionError) as error:
            raise EngineUnavailableError(f"the media process does not start: {error}") from error
        except OSError as error:  # no memory, too many open files: this passes
            raise EngineFailedError(f"the media process did not start: {error}") from error


async def _converse(child: asyncio.subprocess.Process, line: bytes) -> tuple[bytes, bytes]:
    wire, output, complaint = (cast("Any", pipe) for pipe in (child.stdin, child.stdout, child.stderr))
    with suppress(BrokenPipeError, ConnectionResetError):  # it died before reading: its status and stderr tell why
        wire.write(line)
        await wire.drain()
    said: tuple[bytes, bytes] = await asyncio.gather(output.read(), complaint.read())
    await child.wait()
    wire.close()
    return said


def _reply(task: str, status: int | None, output: bytes, complaint: bytes) -> dict[str, Any]:
    last = (complaint.decode(errors="replace").strip().splitlines() or ["no message"])[-1][:300]
    if status != 0:
        raise EngineFailedError(f"{task} ended with status {status}: {last}")
    try:
        reply = dict(json.loads(output))
    except (ValueError, TypeError) as error:
        raise EngineFailedError(f"{task} gave no answer: {last}") from error
    if "error" in reply:
        raise _ERRORS[reply["error"]](reply["message"])
    return reply


@contextmanager
def _scratch(directory: Path) -> Iterator[Path]:
    """A directory inside `directory`, gone with all it holds however the work ends."""
    scratch = None
    try:
        directory.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".media-", dir=directory)).resolve()
        yield scratch
    except OSError as error:
        if is_full(error):
            raise StorageFullError(f"no room left in {directory}") from error
        raise EngineFailedError(f"cannot write to {directory}: {error}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _beat_timing(reply: Mapping[str, Any]) -> BeatTiming:
    return BeatTiming(
        start_seconds=reply["start"],
        end_seconds=reply["end"],
        words=tuple(WordTiming(text=t, start_seconds=s, end_seconds=e) for t, s, e in reply["words"]),
    )
