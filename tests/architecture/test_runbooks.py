"""Every command in a runbook can be run as it is written, and the safe ones are run."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from shell.cli.app import app
from tests.architecture.command_check import unknown
from tests.architecture.documents import commands, documents, loads
from tests.architecture.source_tree import ROOT, relative

RUNBOOKS: Final = sorted((ROOT / ".claude" / "runbooks").glob("*.md"))
TEMPLATES: Final = sorted((ROOT / ".claude" / "templates").glob("*.md"))
SAFE: Final = (["vividly", "module"], ["git", "status"], [".venv/bin/lint-imports"])
NAMES: Final = {
    "add_api_endpoint",
    "add_new_feature",
    "call_another_module",
    "deploy_to_production",
    "fix_sqlalchemy_error",
    "investigate_worker_failure",
}
WORDS: Final = 500
BYTES_PER_TOKEN: Final = 3
CHECKED: Final = ("vividly", ".venv/bin/vividly", "make")


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_command_can_be_run(path: Path) -> None:
    found = commands(path)
    assert found
    assert [reason for words in found if (reason := unknown(words))] == []


@pytest.mark.parametrize("path", documents(), ids=relative)
def test_every_vividly_and_make_command_of_the_documents_exists(path: Path) -> None:
    assert [reason for words in commands(path) if words[0] in CHECKED and (reason := unknown(words))] == []


@pytest.mark.parametrize(
    "line",
    [
        "vividly wrker drain",
        "vividly worker empty",
        "vividly module lessons",
        "vividly db check --fast",
        "vividly worker drain now",
        "make tset",
        "pytest tests/gone",
        "docker run vividly:candidate db upgrad",
        "terraform apply",
    ],
)
def test_a_command_that_cannot_be_run_is_caught(line: str) -> None:
    assert unknown(line.split())


def test_the_safe_commands_run() -> None:
    safe = {
        tuple(words) for path in RUNBOOKS for words in commands(path) for start in SAFE if words[: len(start)] == start
    }
    assert len(safe) >= 5
    for words in sorted(safe):
        code, output = _run(list(words))
        assert code == 0, (words, output)


def _run(words: list[str]) -> tuple[int, str]:
    if words[0] == "vividly":
        result = CliRunner().invoke(app, words[1:])
        return result.exit_code, result.output
    program = str(Path(sys.executable).parent / Path(words[0]).name) if words[0].startswith(".venv/") else words[0]
    done = subprocess.run([program, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.unit
def test_the_six_runbooks_are_there() -> None:
    assert {path.stem for path in RUNBOOKS} == NAMES


@pytest.mark.unit
@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_is_short_numbered_and_says_what_it_costs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.split()) < WORDS
    assert "\n1. " in text
    assert "\nDone when " in text
    claimed = re.search(r"^Tokens: .*?([\d,]{4,})", text, re.MULTILINE)
    assert claimed
    real = (len(text.encode()) + sum(file.stat().st_size for file in loads(path))) // BYTES_PER_TOKEN
    assert real <= int(claimed[1].replace(",", "")) <= max(2 * real, 45_000 if path.stem == "add_new_feature" else 0)


@pytest.mark.unit
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_task_template_says_what_to_load_and_what_to_leave_closed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^Budget: .*\d+,000 tokens", text, re.MULTILINE)
    for heading in ("**Load", "**Leave closed**", "**Done when**"):
        assert heading in text


@pytest.mark.unit
def test_the_rules_fit_on_a_few_screens() -> None:
    assert len(TEMPLATES) == 4
    assert len((ROOT / ".claude" / "AGENTS.md").read_text(encoding="utf-8").splitlines()) <= 150
