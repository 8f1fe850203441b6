"""The media process fails, hangs, is cancelled or finds no room: a typed error, nothing left behind."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from modules.integrations.interface import (
    EngineFailedError,
    EngineUnavailableError,
    Narration,
    StorageFullError,
    Storyboard,
)
from modules.integrations.local.media import COMMAND, LocalSpeechSynthesizer, LocalVideoRenderer
from tests.fakes.media import TERMS, TITLE, lesson_of

pytestmark = pytest.mark.media
LESSON = lesson_of(TITLE, TERMS)
RUN = "import runpy; runpy.run_module('modules.integrations.local.media_process', run_name='__main__')"


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def _narrate(
    directory: Path, command: Sequence[str] = COMMAND, *, lesson: Storyboard = LESSON, budget_seconds: float = 60.0
) -> Narration:
    return await LocalSpeechSynthesizer(command=command, budget_seconds=budget_seconds).narrate(
        lesson, directory=directory
    )


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import os; os.abort()", "status -6"),
        ("raise RuntimeError('the engine fell over')", "the engine fell over"),
        ("print('not json')", "no answer"),
        ("print('[1]')", "no answer"),
        ("", "no answer"),
    ],
)
async def test_a_crash_is_an_engine_failure(code: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(EngineFailedError, match=says) as caught:
        await _narrate(tmp_path, _python(code))
    assert caught.value.retryable
    assert list(tmp_path.iterdir()) == []


async def test_a_fault_inside_the_real_process_is_an_engine_failure(tmp_path: Path) -> None:
    with pytest.raises(EngineFailedError, match="nothing to say"):
        await _narrate(tmp_path, lesson=lesson_of())


async def test_missing_wheels_say_how_to_add_them(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError, match=r'pip install "vividly\[media\]"'):
        await _narrate(tmp_path, _python(f"import sys; sys.modules['espeakng_loader'] = None; {RUN}"))


async def test_a_missing_interpreter_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError):
        await _narrate(tmp_path, (str(tmp_path / "no-python"),))


async def test_an_interpreter_that_may_not_run_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailableError):
        await _narrate(tmp_path, (str(tmp_path),))


async def test_a_process_that_does_not_start_this_time_is_tried_again(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o700)
    with pytest.raises(EngineFailedError, match="did not start"):
        await _narrate(tmp_path, (str(broken),))


async def test_the_time_budget_stops_it(tmp_path: Path) -> None:
    with pytest.raises(EngineFailedError, match=r"longer than 0\.5 s"):
        await _narrate(tmp_path, _python("import time; time.sleep(60)"), budget_seconds=0.5)
    assert list(tmp_path.iterdir()) == []


async def test_cancelling_ends_the_child_and_removes_its_files(tmp_path: Path) -> None:
    note, work = tmp_path / "pid", tmp_path / "work"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    task = asyncio.create_task(_narrate(work, _python(code)))
    while not (note.exists() and note.read_text()):  # noqa: ASYNC110 -- another process writes the note
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(int(note.read_text()))
    assert list(work.iterdir()) == []


def test_the_child_ends_when_its_parent_is_gone() -> None:
    code = "from modules.integrations.local.media_process import _end_with_parent; _end_with_parent()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=20) == 3


async def test_a_full_disk_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    sound, picture = tmp_path / "sound", tmp_path / "picture"
    small = _python(f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); {RUN}")
    with pytest.raises(StorageFullError):
        await _narrate(sound, small)
    assert list(sound.iterdir()) == []
    narration = await _narrate(sound)
    for limit in ("20_000", "100_000"):  # the poster, then the film
        small = _python(f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); {RUN}")
        with pytest.raises(StorageFullError):
            await LocalVideoRenderer(command=small).render(LESSON, narration, [], directory=picture)
        assert list(picture.iterdir()) == []


async def test_a_directory_that_cannot_be_made_is_an_engine_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EngineFailedError, match="cannot write"):
        await _narrate(tmp_path / "file" / "below")
