"""Measures the main job on this machine: python -m tests.bench.main [--json]."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import psutil

from tests.bench.figures import Figure, show

ROOT = Path(__file__).resolve().parents[2]
OER = Path(os.environ.get("VIVIDLY_OER_DIR", ROOT.parent / "shared" / "oer"))
PORT = 8947
BASE = f"http://127.0.0.1:{PORT}"
QUESTIONS = (
    "Explain photosynthesis with basketball",
    "How does Newton's second law work? I like cooking",
    "What is an acid with soccer",
    "Explain plate tectonics",
    "How do waves carry sound using music",
    "What is probability with video games",
    "Explain DNA replication",
    "How does natural selection work with fashion",
    "Explain the water cycle with gardening",
)


def vividly(*args: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "shell.cli.app", *args]
    return subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=True)


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIVIDLY_")}
    return kept | {"VIVIDLY_HOME": str(home), "VIVIDLY_HTTP_PORT": str(PORT), "PYTHONPATH": str(ROOT)}


@contextmanager
def running(home: Path) -> Iterator[tuple[psutil.Process, float]]:
    """A started Vividly, and the seconds until it answered its first request."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "shell.cli.app", "start"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(process)
        yield psutil.Process(process.pid), time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait(30)


def wait_until_ready(process: "subprocess.Popen[bytes]") -> None:
    for _ in range(6000):
        if process.poll() is not None:
            message = f"vividly start ended with exit code {process.returncode}"
            raise RuntimeError(message)
        try:
            if httpx2.get(f"{BASE}/health/ready", timeout=2).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.02)
    message = "vividly start was not ready within two minutes"
    raise RuntimeError(message)


def signed_in(home: Path) -> httpx2.Client:
    accounts = json.loads(vividly("demo", "seed", "--json", home=home).stdout)["accounts"]
    student = next(account for account in accounts if account["role"] == "student")
    tokens = httpx2.post(
        f"{BASE}/api/v1/auth/login", json={"email": student["email"], "password": student["password"]}, timeout=30
    ).json()
    return httpx2.Client(base_url=BASE, headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=120)


def ask(client: httpx2.Client, question: str, modality: str, pause: float = 0.01) -> tuple[float, dict[str, Any]]:
    """Seconds from POST until the modality can be read, and the final status."""
    begin = time.perf_counter()
    body = {"student_query": question, "grade_level": 10, "requested_modalities": [modality]}
    answer = client.post("/api/v1/content/generate", json=body)
    answer.raise_for_status()
    while True:
        status = client.get(answer.headers["Location"]).json()
        if modality in status["available"]:
            client.get(f"/api/v1/lessons/{status['lesson_id']}").raise_for_status()
            return time.perf_counter() - begin, status
        if status["state"] not in {"queued", "running"}:
            message = f"{question!r} ended {status['state']}: {status['message']}"
            raise RuntimeError(message)
        time.sleep(pause)


def cpu_seconds(process: psutil.Process) -> float:
    """Of the API, the worker and all that they ran; the database, which others may share, is left out."""
    every = [process, *process.children()]
    times = [one.cpu_times() for one in every]
    return sum(one.user + one.system + one.children_user + one.children_system for one in times)


def asking(home: Path) -> list[Figure]:
    with running(home) as (process, _):
        client = signed_in(home)
        ask(client, "Explain the rock cycle", "text")
        text = [ask(client, question, "text")[0] for question in QUESTIONS]
        audio = [ask(client, question, "audio")[0] for question in QUESTIONS[:3]]
        before = cpu_seconds(process)
        minutes = sum(video_minutes(client, question) for question in QUESTIONS[3:6])
        spent = cpu_seconds(process) - before
    return [
        Figure("POST to readable text, median", statistics.median(text), "s", 1.0),
        Figure("POST to audio, median", statistics.median(audio), "s", 3.0),
        Figure("720p video with narration", spent / minutes, "CPU s per video minute", 1.5),
    ]


def video_minutes(client: httpx2.Client, question: str) -> float:
    _, status = ask(client, question, "video", pause=1.0)
    vtt = client.get(status["links"]["captions"]).text
    last = [line for line in vtt.splitlines() if "-->" in line][-1].split("-->")[1].strip().split(" ")[0]
    parts = [float(part) for part in last.split(":")]
    return sum(part * 60**power for power, part in enumerate(reversed(parts))) / 60


def starting(home: Path) -> list[Figure]:
    with running(home) as (_, first):
        pass
    with running(home) as (_, again):
        pass
    return [
        Figure("first start, with migrations and starter library", first, "s", 60.0),
        Figure("start on an initialised home", again, "s", 5.0),
    ]


def importing(home: Path) -> list[Figure]:
    physics = OER / "physics"
    if not physics.exists():
        print(f"not measured: the import of a textbook, because there is none at {physics}", file=sys.stderr)
        return []
    seconds, peak = watched("library", "add", str(physics), home=home)
    again, _ = watched("library", "add", str(physics), home=home)
    reports = json.loads(vividly("library", "add", str(physics), "--json", home=home).stdout)
    return [
        Figure("import of a physics textbook, 100 modules", seconds, "s", 180.0),
        Figure("peak memory of that import", peak / 1e9, "GB", 1.5),
        Figure("importing it again, as a share", again / seconds, "ratio", 0.5),
        Figure("sections changed by importing it again", sum(report["imported"] for report in reports), "sections", 0),
    ]


def watched(*args: str, home: Path) -> tuple[float, int]:
    """Seconds and peak resident bytes of a command."""
    begin, peak = time.perf_counter(), 0
    process = psutil.Popen(
        [sys.executable, "-m", "shell.cli.app", *args], cwd=ROOT, env=environment(home), stdout=subprocess.DEVNULL
    )
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    if process.wait() != 0:
        message = f"vividly {' '.join(args)} failed"
        raise RuntimeError(message)
    return time.perf_counter() - begin, peak


def heavy_imports() -> Figure:
    code = (
        "import sys, shell.http.app\n"
        "heavy = {'google', 'typst', 'av', 'onnx', 'onnxruntime', 'espeakng_loader', 'pypdfium2'}\n"
        "print(len(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return Figure("heavy libraries loaded by importing the API", float(done.stdout), "libraries", 0)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="vividly-bench-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        figures = [heavy_imports(), *starting(home), *asking(home), *importing(home)]
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
