"""A hostile file takes its reading process with it, and nothing else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from modules.textbooks.factory import create_textbooks
from modules.textbooks.interface import BrokenSourceError, LicenceRefusedError
from modules.textbooks.pipeline.isolated import ReadingLimits, read_isolated
from tests.contracts.rag import PITFALLS

Progress = Callable[[int, int], None]
ROOT = Path(__file__).resolve().parents[3]


def counted(on_progress: Progress) -> str:
    on_progress(1, 2)
    on_progress(2, 2)
    return f"read by {os.getpid()}"


def refused(_on_progress: Progress) -> str:
    message = "no"
    raise LicenceRefusedError(message)


def killed(_on_progress: Progress) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def ended(_on_progress: Progress) -> str:
    os._exit(7)


def greedy(_on_progress: Progress) -> str:
    return str(len(bytearray(3_000_000_000)))


def busy(_on_progress: Progress) -> str:
    while True:
        pass


def asleep(on_progress: Progress) -> str:
    on_progress(os.getpid(), 0)
    time.sleep(60)
    return "late"


def run(task: Callable[[Progress], str], **limits: float) -> str:
    return read_isolated(
        task,
        name="a.epub",
        on_progress=lambda _done, _total: None,
        limits=ReadingLimits(**limits),  # type: ignore[arg-type]
    )


def test_result_and_progress_come_back_from_another_process() -> None:
    told: list[tuple[int, int]] = []
    answer = read_isolated(
        counted, name="a", on_progress=lambda done, total: told.append((done, total)), limits=ReadingLimits()
    )
    assert answer.startswith("read by")
    assert answer != f"read by {os.getpid()}"
    assert told == [(1, 2), (2, 2)]


def test_an_error_of_ours_comes_back_as_it_is() -> None:
    with pytest.raises(LicenceRefusedError, match=r"^no$"):
        run(refused)


@pytest.mark.parametrize(("task", "said"), [(killed, "did not finish"), (ended, "code 7"), (greedy, "memory")])
def test_a_dead_reader_is_a_broken_source(task: Callable[[Progress], str], said: str) -> None:
    with pytest.raises(BrokenSourceError, match=f"a.epub line 1.*{said}"):
        run(task)


def test_computing_time_is_limited() -> None:
    with pytest.raises(BrokenSourceError, match="computing time"):
        run(busy, cpu_seconds=1)


def test_a_slow_reader_is_given_up() -> None:
    before = time.monotonic()
    with pytest.raises(BrokenSourceError, match="too long"):
        run(asleep, wall_seconds=1.0)
    assert time.monotonic() - before < 20


def test_the_reader_ends_when_its_parent_is_killed() -> None:
    code = (
        "from tests.modules.textbooks.test_isolated_reading import asleep\n"
        "from modules.textbooks.pipeline.isolated import ReadingLimits, read_isolated\n"
        "if __name__ == '__main__':\n"
        "    show = lambda pid, _: print(pid, flush=True)\n"
        "    read_isolated(asleep, name='a', on_progress=show, limits=ReadingLimits())\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True) as parent:
        assert parent.stdout is not None
        reader = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert reader.wait(timeout=10) in {None, 1}


def test_a_whole_book_is_read_in_its_own_process() -> None:
    (book,) = create_textbooks().read(PITFALLS)
    assert book == create_textbooks(isolated=False).read(PITFALLS)[0]


def test_a_whole_book_that_takes_too_long_is_a_broken_source() -> None:
    with pytest.raises(BrokenSourceError, match="too long"):
        create_textbooks(wall_seconds=0.01).read(PITFALLS)
