"""Real processes on a home of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg
import pytest

from shell.lifecycle import prepare, release
from shell.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "VIVIDLY_WORKER_LEASE_SECONDS": "1",
    "VIVIDLY_WORKER_POLL_SECONDS": "0.2",
    "VIVIDLY_USER_AUTH_PASSWORD_MEMORY_KIB": "64",
}


@dataclass(frozen=True, kw_only=True)
class Home:
    """A home directory and the commands that run on it."""

    path: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VIVIDLY_")}
        own = {"VIVIDLY_HOME": str(self.path), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        return kept | QUICK | own | self.settings

    def run(
        self, *args: str, timeout: float = 120, module: str = "shell.cli.app"
    ) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", module, *args]
        return subprocess.run(
            command, cwd="/", env=self.environment, capture_output=True, text=True, timeout=timeout, check=False
        )

    def start(self, *args: str, module: str = "shell.cli.app") -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", module, *args],
            cwd="/",
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@dataclass(frozen=True, kw_only=True)
class Running:
    """A started Vividly with a signed-in demo student."""

    process: "subprocess.Popen[str]"
    client: httpx2.Client
    student_id: str

    def worker(self) -> psutil.Process:
        """Its worker process."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if "shell.worker_main" in child.cmdline())

    def ask(self, question: str, *modalities: str) -> str:
        """The path of a new request."""
        body = {
            "student_query": question,
            "student_id": self.student_id,
            "grade_level": 10,
            "requested_modalities": list(modalities),
            "preferred_modality": modalities[0],
        }
        answer = self.client.post("/api/v1/content/generate", json=body)
        assert answer.status_code == 202, answer.text
        return answer.headers["Location"]

    def ended(self, path: str, seconds: float = 60) -> dict[str, Any]:
        """The status of a request once it has ended; faults of the server are waited out."""
        for _ in range(int(seconds * 10)):
            answer = self.client.get(path)
            if answer.status_code == 200 and answer.json()["state"] not in {"queued", "running"}:
                return answer.json()
            time.sleep(0.1)
        pytest.fail(f"the request did not end within {seconds} s: {answer.text}")


@pytest.fixture(scope="session")
def home() -> Iterator[Home]:
    """One home for all end-to-end tests, empty until the first of them."""
    with tempfile.TemporaryDirectory(prefix="vividly-e2e-") as folder:
        Path(folder).chmod(0o755)
        yield Home(path=Path(folder) / "home")


@pytest.fixture(scope="module")
def kept(home: Home) -> Iterator[Home]:
    """The same home, its database kept running so that each command need not start it."""
    assert home.run("library", "list").returncode == 0
    prepared = prepare(Settings(home=home.path))
    with psycopg.connect(prepared.resolved.database_url):
        yield home
    release(prepared)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started(home: Home, password_of: dict[str, str]) -> Iterator[Running]:
    """`vividly start`, until the block ends."""
    port = free_port()
    process = home.start("start", "--port", str(port))
    try:
        base = f"http://127.0.0.1:{port}"
        _wait(process, base)
        email, password = next(iter(password_of.items()))
        tokens = httpx2.post(f"{base}/api/v1/auth/login", json={"email": email, "password": password}).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        with httpx2.Client(base_url=base, headers=headers, timeout=30) as client:
            yield Running(process=process, client=client, student_id=client.get("/api/v1/me").json()["id"])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        if process.stdout and not process.stdout.closed:
            process.communicate(timeout=20)


def _wait(process: "subprocess.Popen[str]", base: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"vividly start ended: {process.communicate()[0]}")
        try:
            if httpx2.get(f"{base}/health/ready").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("vividly start was not ready within a minute")


@pytest.fixture(scope="session")
def students(home: Home) -> dict[str, str]:
    """The demo students' passwords by e-mail."""
    seeded = json.loads(home.run("demo", "seed", "--json").stdout)
    return {person["email"]: person["password"] for person in seeded["accounts"] if person["role"] == "student"}


@pytest.fixture
def running(home: Home, students: dict[str, str]) -> Iterator[Running]:
    """A started Vividly."""
    with started(home, students) as it:
        yield it
