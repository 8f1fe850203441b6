"""Starting the API loads no engine and no cloud SDK: that is what keeps start-up fast and the GPL parts apart."""

import subprocess
import sys
from typing import Final

import pytest

from tests.architecture.source_tree import ROOT

HEAVY: Final = (
    *("google", "vertexai", "typst", "av", "onnx", "onnxruntime", "espeakng_loader", "pypdfium2", "lucide", "mammoth"),
)
ASK: Final = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def loaded_by(*statements: str) -> set[str]:
    """The heavy packages that a fresh process has loaded after these statements."""
    command = [sys.executable, "-c", "\n".join([*statements, ASK])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split()) & set(HEAVY)


@pytest.mark.parametrize("start", ["shell.http.app", "shell.cli.app"])
def test_starting_loads_no_engine(start: str) -> None:
    assert loaded_by(f"import {start}") == set()


def test_an_engine_at_the_top_of_a_file_would_be_seen() -> None:
    assert loaded_by("import shell.version", "import typst") == {"typst"}
