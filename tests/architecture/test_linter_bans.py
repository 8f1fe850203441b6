"""Each name that ruff bans is caught where it is used."""

import subprocess
import sys
import tomllib
from typing import Final

import pytest

from tests.architecture.source_tree import ROOT

FAKES: Final = "mo" + "ck"  # put together so that this file keeps the rule itself
SEEDS: Final = {
    "importlib.import_module": "import importlib\nimportlib.import_module('x')\n",
    "datetime.datetime.now": "from datetime import UTC, datetime\nNOW = datetime.now(UTC)\n",
    "datetime.datetime.utcnow": "import datetime\nNOW = datetime.datetime.utcnow()\n",
    "sqlalchemy.orm.configure_mappers": "from sqlalchemy.orm import configure_mappers\nconfigure_mappers()\n",
    f"unittest.{FAKES}": f"from unittest import {FAKES}\n{FAKES}.Mock()\n",
}


def findings(code: str) -> str:
    """What ruff says about a file of a module that holds this code."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--stdin-filename", "modules/rag/x.py", "-"]
    done = subprocess.run(command, input=code, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout


@pytest.mark.parametrize("name", SEEDS)
def test_a_banned_name_is_caught(name: str) -> None:
    assert f"`{name}` is banned" in findings(SEEDS[name])


def test_every_ban_has_a_seeded_violation() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert set(lint["flake8-tidy-imports"]["banned-api"]) == set(SEEDS)
