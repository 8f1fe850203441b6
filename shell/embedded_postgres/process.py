"""Finds the processes of one PostgreSQL cluster, and only those: a process id alone proves nothing."""

import time
from pathlib import Path
from typing import Final

import psutil

_STATUS_LINE: Final = 7
_POLL_SECONDS: Final = 0.05
_END_SECONDS: Final = 5.0


def live_postmaster(cluster: Path) -> psutil.Process | None:
    """The server that runs on `cluster`.

    `postmaster.pid` outlives a crash or a reboot and may then name somebody else's process, so the name and
    the data directory on the command line are compared as well.
    """
    try:
        process = psutil.Process(int(_pid_file_lines(cluster)[0]))
        runs = process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("postgres")
        return process if runs and str(cluster) in process.cmdline() else None
    except (psutil.Error, ValueError, IndexError):
        return None


def wait_until_ready(process: psutil.Process, cluster: Path, *, seconds: float) -> bool:
    """Whether the server takes connections within `seconds`; False at once when it ends."""
    deadline = time.monotonic() + seconds
    while _is_alive(process) and time.monotonic() < deadline:
        lines = _pid_file_lines(cluster)
        if len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready":
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def clear_after_crash(cluster: Path) -> None:
    """Ends backends that outlived their server and removes its process-id file; call it when no server runs.

    Such backends hold the shared memory of the cluster and a new server refuses to start beside them. Each has
    the cluster as its working directory. PostgreSQL also refuses when the file's id was reused by any process.
    """
    for process in psutil.process_iter():
        if _works_in(process, cluster):
            _end(process)
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def _pid_file_lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(cluster)
    except psutil.Error:
        return False


def _end(process: psutil.Process) -> None:
    try:
        process.terminate()
        process.wait(_END_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(_END_SECONDS)
    except psutil.NoSuchProcess:
        return
