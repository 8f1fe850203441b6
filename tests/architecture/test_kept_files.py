"""What is committed names no machine, no package index, no secret, and lowers no gate; seeded violations are caught."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import kept_file_rules as rules
from tests.architecture.source_tree import ROOT, kept_files

Rule = Callable[[list[Path], Path], list[str]]
TOML: Final = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
MAKE: Final = (ROOT / "Makefile").read_text(encoding="utf-8")

# The texts are put together here so that this file does not break the rules itself.
SEEDS: Final[list[tuple[Rule, str, str]]] = [
    (rules.lock_addresses, "requirements/app.txt", "x @ https" + "://example.test/x.whl"),
    (rules.lock_addresses, "uv.lock", "version = 1"),
    (rules.index_addresses, "requirements/app.txt", "--index" + "-url https"),
    (rules.index_addresses, "pip.conf", "index" + "-url = x"),
    (rules.index_addresses, "Dockerfile", "RUN pip install --find" + "-links x"),
    (rules.index_addresses, ".ci/run", "curl py" + "pi.org"),
    (rules.large_files, "docs/images/a.png", "x" * 1_000_001),
    (rules.machine_paths, "README.md", "cd /" + "work/main"),
    (rules.machine_paths, "tests/shell/test_x.py", "HOME = '/" + "root/x'"),
    (rules.machine_paths, "docs/index.md", "`/" + "home/anna/vividly`"),
    (rules.secrets, "shell/settings.py", "KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'"),
    (rules.secrets, "docs/operations.md", "-----BEGIN RSA " + "PRIVATE KEY-----"),
    (rules.secrets, "shell/settings.py", "TOKEN = 'ghp_" + "a1B2" * 9 + "'"),
    (rules.secrets, "docs/operations.md", "postgresql://vividly:" + "hunter2hunter2@db.example/v"),
    (rules.lowered_gates, "Makefile", MAKE.replace("$(BIN)/mypy", "$(BIN)/mypy |" + "| true")),
    (rules.lowered_gates, "Makefile", MAKE.replace("\t$(BIN)/mypy", "\t-$(BIN)/mypy")),
    (rules.lowered_gates, ".github/workflows/ci.yml", "continue-on" + "-error: true"),
    (rules.lowered_gates, "pyproject.toml", TOML.replace('select = ["ALL"]', 'select = ["E"]')),
    (rules.lowered_gates, "pyproject.toml", TOML.replace("strict = true", "strict = false")),
    (rules.lowered_gates, "pyproject.toml", TOML.replace('filterwarnings = ["error"]', "filterwarnings = []")),
    (rules.lowered_gates, "pyproject.toml", TOML.replace("warn_unreachable = true", "ignore" + "_errors = true")),
]


@pytest.mark.unit
@pytest.mark.parametrize("rule", list(dict.fromkeys(rule for rule, _, _ in SEEDS)), ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    assert rule(kept_files(), ROOT) == []


@pytest.mark.unit
@pytest.mark.parametrize(("number", "rule"), [(number, rule) for number, (rule, _, _) in enumerate(SEEDS)])
def test_the_rule_catches_its_violation(tmp_path: Path, number: int, rule: Rule) -> None:
    _, file, text = SEEDS[number]
    seeded = tmp_path / file
    seeded.parent.mkdir(parents=True, exist_ok=True)
    seeded.write_text(text, encoding="utf-8")
    assert rule([seeded], tmp_path) != []


@pytest.mark.unit
def test_the_untouched_gates_pass(tmp_path: Path) -> None:
    for name, text in {"Makefile": MAKE, "pyproject.toml": TOML}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert rules.lowered_gates([tmp_path / "Makefile", tmp_path / "pyproject.toml"], tmp_path) == []


@pytest.mark.unit
def test_a_hash_checked_requirement_is_required_everywhere() -> None:
    for name in ("app", "dev", "build", "lock", "weights"):
        lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        pinned = [line for line in lines if "==" in line and not line.lstrip().startswith("#")]
        assert pinned, name
        assert all(line.endswith("\\") for line in pinned), name
