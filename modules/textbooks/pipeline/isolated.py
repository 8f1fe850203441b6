"""Reading in a process of its own, so that a hostile file takes nothing with it but that process."""

import contextlib
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, TypeVar

from modules.kernel.interface import VividlyError
from modules.textbooks.interface import BrokenSourceError

Read = TypeVar("Read")
Progress = Callable[[int, int], None]

_FRAMES: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What reading one source may take."""

    memory_bytes: int = 2_000_000_000
    cpu_seconds: int = 600
    wall_seconds: float = 600.0


def read_isolated(task: Callable[[Progress], Read], *, name: str, on_progress: Progress, limits: ReadingLimits) -> Read:
    """What `task(on_progress)` returns, from a child process; both must be picklable."""
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    child = context.Process(target=_work, args=(theirs, task, name, limits), daemon=True)
    child.start()
    theirs.close()
    try:
        answer: Read = _answer(mine, on_progress, name, limits.wall_seconds)
    except (EOFError, ConnectionError) as error:
        child.join(timeout=5)
        busy = child.exitcode == -signal.SIGXCPU
        hint = "it took more computing time than is allowed" if busy else f"it ended with code {child.exitcode}"
        message = f"{name} line 1 cannot be read: its reader did not finish ({hint}); no book was imported"
        raise BrokenSourceError(message) from error
    else:
        return answer
    finally:
        mine.close()
        child.kill()
        child.join()


def _answer(mine: "Connection[Any, Any]", on_progress: Progress, name: str, seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while mine.poll(max(0.0, deadline - time.monotonic())):
        kind, value = mine.recv()
        if kind == "read":
            return value
        if kind == "error":
            raise value
        on_progress(*value)
    message = f"{name} line 1 takes too long to read: it was given up; no book was imported"
    raise BrokenSourceError(message)


def _work(theirs: "Connection[Any, Any]", task: Callable[[Progress], Any], name: str, limits: ReadingLimits) -> None:
    threading.Thread(target=_end_with_parent, args=(theirs,), daemon=True).start()
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    sys.setrecursionlimit(_FRAMES)
    try:
        theirs.send(("read", task(lambda done, total: theirs.send(("progress", (done, total))))))
    except VividlyError as error:
        theirs.send(("error", error))
    except MemoryError:
        message = f"{name} line 1 needs more than {limits.memory_bytes:,} bytes of memory to read"
        theirs.send(("error", BrokenSourceError(message)))
    except BrokenPipeError:
        return  # Nobody waits for the answer any more.


def _limit(which: int, most: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # Some platforms refuse a limit.
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, hard))


def _end_with_parent(theirs: "Connection[Any, Any]") -> None:
    """The parent sends nothing: what comes is the end of its side."""
    with contextlib.suppress(EOFError, OSError):
        theirs.recv()
    os._exit(1)
