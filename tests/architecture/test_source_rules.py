"""The source keeps the rules that no import contract sees, and each rule catches its seeded violation."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.architecture import source_rules as rules
from tests.architecture.source_tree import ROOT

WORD_OF_FAKES: Final = "mo" + "ck"
WORD_OF_FILE_DATABASE: Final = "sql" + "ite"


def no_fabrication(root: Path) -> list[str]:
    """Product code never speaks of stand-ins."""
    return rules.mentions(root, WORD_OF_FAKES, rules_tops())


def no_file_database(root: Path) -> list[str]:
    """Nothing runs on another database than PostgreSQL, tests neither."""
    return rules.mentions(root, WORD_OF_FILE_DATABASE, (*rules_tops(), "tests"))


def no_library_fakes(root: Path) -> list[str]:
    """Tests use the verified fakes of tests/fakes."""
    return rules.mentions(root, rf"unittest\.{WORD_OF_FAKES}|unittest import {WORD_OF_FAKES}", ("tests",))


def rules_tops() -> tuple[str, ...]:
    """Where product code stands."""
    return ("modules", "shell", "migrations")


LONG: Final = "def f() -> None:\n" + "    x = 1\n" * 51
MEDIUM: Final = "\n".join(f"def f{n}() -> None:\n" + "    x = 1\n" * 31 for n in range(9))

# rule -> one violation, as (file, text)
SEEDS: Final[list[tuple[Callable[[Path], list[str]], str, str]]] = [
    (rules.foreign_schemas, "modules/rag/repository.py", 'Q = "SELECT 1 FROM user_auth.people"'),
    (rules.foreign_schemas, "modules/rag/repository.py", 'Q = f"UPDATE worker.jobs SET x = {1}"'),
    (rules.foreign_schemas, "modules/rag/repository.py", 'Q = "SET search_path TO x"'),
    (rules.foreign_schemas, "modules/rag/models.py", 'k = ForeignKey("user_auth.people.id")'),
    (rules.foreign_schemas, "migrations/versions/rag/0002_x.py", 'op.drop_table("jobs", schema="worker")'),
    (rules.foreign_relationships, "modules/rag/models.py", 'owner = relationship("PersonRow")'),
    (rules.foreign_relationships, "modules/rag/models.py", 'owner: Mapped["PersonRow"] = relationship()'),
    (rules.environment_readers, "modules/rag/service.py", "import os\nX = os.environ['HOME']"),
    (rules.environment_readers, "shell/lifecycle.py", "import os\nX = os.getenv('HOME')"),
    (rules.environment_readers, "modules/rag/service.py", "from os import environ"),
    (no_fabrication, "modules/rag/service.py", f"{WORD_OF_FAKES}_answer = 'x'"),
    (no_file_database, "tests/shell/test_x.py", f"URL = '{WORD_OF_FILE_DATABASE}://'"),
    (no_file_database, "shell/settings.py", f"URL = '{WORD_OF_FILE_DATABASE}://'"),
    (no_library_fakes, "tests/shell/test_x.py", f"from unittest import {WORD_OF_FAKES}"),
    (rules.oversized, "modules/rag/service.py", "x = 1\n" * 401),
    (rules.oversized, "modules/rag/interface.py", "x = 1\n" * 201),
    (rules.oversized, "modules/rag/service.py", LONG),
    (rules.oversized, "modules/rag/service.py", MEDIUM),
    (rules.oversized, "modules/rag/values.py", "#" * 90_010),
    (rules.unfinished_modules, "modules/rag/service.py", ""),
    (rules.postponed_annotations, "modules/rag/service.py", "from __future__ import annotations"),
]


@pytest.mark.unit
@pytest.mark.parametrize("rule", list(dict.fromkeys(rule for rule, _, _ in SEEDS)), ids=lambda rule: rule.__name__)
def test_the_tree_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


@pytest.mark.unit
@pytest.mark.parametrize(("rule", "file", "text"), SEEDS)
def test_the_rule_catches_its_violation(
    tmp_path: Path, rule: Callable[[Path], list[str]], file: str, text: str
) -> None:
    for name in ("rag", "user_auth", "worker"):
        package = tmp_path / "modules" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
    seeded = tmp_path / file
    seeded.parent.mkdir(parents=True, exist_ok=True)
    assert rule is rules.unfinished_modules or rule(tmp_path) == []
    seeded.write_text(text, encoding="utf-8")
    assert rule(tmp_path) != []


@pytest.mark.unit
def test_a_module_may_name_its_own_schema(tmp_path: Path) -> None:
    package = tmp_path / "modules" / "rag"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "repository.py").write_text('Q = "SELECT 1 FROM rag.passages"', encoding="utf-8")
    assert rules.foreign_schemas(tmp_path) == []
