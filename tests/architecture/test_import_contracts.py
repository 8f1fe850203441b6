"""The import contracts hold, and each one catches the violation that it exists for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from importlinter.api import read_configuration

from tests.architecture.source_tree import ROOT, copy_python

CONFIG: Final = ROOT / "importlinter.cfg"
CHECK: Final = Path(__file__).parent / "contract_check.py"
INTERFACE: Final = '"""A seed."""'

# contract id -> what breaks it, as (file, line to add); no seed may break any other contract.
SEEDS: Final = [
    ("interfaces", [("modules/content_generation/factory.py", "import modules.rag.values")]),
    ("interfaces", [("modules/content_generation/factory.py", "import modules.rag.factory")]),
    ("interfaces", [("modules/content_generation/factory.py", "from modules.worker import models")]),
    ("interfaces", [("modules/rag/factory.py", "import modules.kernel.database")]),
    ("interfaces", [("shell/version.py", "import modules.rag.factory")]),
    ("interfaces", [("shell/version.py", "def late():\n    import modules.worker.repository")]),
    ("interfaces", [("shell/version.py", "if TYPE_CHECKING:\n    import modules.user_auth.models")]),
    ("shell-on-top", [("modules/rag/factory.py", "import shell.version")]),
    ("direction", [("modules/rag/factory.py", "import modules.user_auth.interface")]),
    ("direction", [("modules/user_auth/factory.py", "from modules.rag.interface import Rag")]),
    ("direction", [("modules/billing/__init__.py", INTERFACE), ("modules/billing/interface.py", INTERFACE)]),
    ("inside", [("modules/worker/utils.py", INTERFACE)]),
    ("inside", [("modules/kernel/domain.py", "import modules.kernel.factory")]),
    ("inside", [("modules/kernel/values.py", "import modules.kernel.interface")]),
    ("pure-interfaces", [("modules/rag/interface.py", "import pydantic")]),
    ("pure-interfaces", [("modules/worker/interface.py", "import psycopg.errors")]),
    ("home-of-dependency-injector", [("modules/rag/factory.py", "from dependency_injector import providers")]),
    ("home-of-dependency-injector", [("shell/version.py", "import dependency_injector.wiring")]),
    ("home-of-sqlalchemy", [("modules/worker/factory.py", "from sqlalchemy import select")]),
    ("home-of-sqlalchemy", [("shell/version.py", "import sqlalchemy.orm")]),
    ("home-of-migrations", [("shell/version.py", "import alembic.command")]),
    ("home-of-http", [("shell/version.py", "from fastapi import Request")]),
    ("home-of-http", [("modules/user_auth/factory.py", "from starlette.requests import Request")]),
    ("home-of-google", [("modules/integrations/factory.py", "from google import genai")]),
    ("home-of-google", [("modules/content_generation/factory.py", "import vertexai")]),
    ("home-of-google", [("modules/language_models/local/registry.py", "from google import genai")]),
    ("home-of-engines", [("modules/content_generation/factory.py", "import onnxruntime")]),
    ("home-of-engines", [("shell/version.py", "import av")]),
    ("home-of-engines", [("modules/book_files/service.py", "import pypdfium2")]),
    ("home-of-engines", [("modules/textbooks/service.py", "import mammoth")]),
    ("acyclic", [("shell/seed_a.py", "import shell.seed_b"), ("shell/seed_b.py", "import shell.seed_a")]),
]


def broken_by(seeds: list[list[tuple[str, str]]], tree: Path) -> list[list[str]]:
    """The ids of the contracts that each seed breaks in a copy of the project."""
    done = subprocess.run(
        [sys.executable, str(CHECK), str(CONFIG)],
        input=json.dumps(seeds),
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answer: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What the untouched tree breaks, then what each seed breaks."""
    tree = copy_python(tmp_path_factory.mktemp("tree"))
    return broken_by([[], *(seed for _, seed in SEEDS)], tree)


def test_the_tree_keeps_every_contract(answers: list[list[str]]) -> None:
    assert answers[0] == [], "run: lint-imports --config importlinter.cfg"


@pytest.mark.parametrize(("number", "contract"), list(enumerate(contract for contract, _ in SEEDS)))
def test_a_violation_breaks_its_contract_and_no_other(answers: list[list[str]], number: int, contract: str) -> None:
    assert answers[number + 1] == [contract], SEEDS[number][1]


def test_every_contract_has_a_seeded_violation() -> None:
    contracts = {entry["id"] for entry in read_configuration(str(CONFIG))["contracts_options"]}
    assert contracts == {contract for contract, _ in SEEDS}
