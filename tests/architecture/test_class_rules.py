"""Protocols are abstract and inherited by name, errors have a code and a status; seeded violations are caught."""

from pathlib import Path

import pytest

from modules.kernel.interface import DatabaseUnavailableError, VividlyError
from shell.http.errors import STATUS
from tests.architecture import class_rules as rules
from tests.architecture.source_tree import ROOT

PROTOCOL = "class Rag(Protocol):\n    @abstractmethod\n    def search(self) -> int: ...\n"
SECOND = "    @abstractmethod\n    def books(self) -> int: ...\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    package = tmp_path / "modules" / "rag"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "interface.py").write_text(PROTOCOL + SECOND, encoding="utf-8")
    return tmp_path


def product_errors() -> list[type[VividlyError]]:
    rules.load_modules(ROOT)
    return list(rules.errors())


@pytest.mark.unit
def test_every_protocol_method_is_abstract(tree: Path) -> None:
    assert rules.concrete_protocol_methods(ROOT) == []
    seeded = PROTOCOL + "    def books(self) -> int: ...\n"
    (tree / "modules/rag/interface.py").write_text(seeded, encoding="utf-8")
    assert rules.concrete_protocol_methods(tree) != []


@pytest.mark.unit
def test_implementations_inherit_their_protocol_by_name(tree: Path) -> None:
    assert rules.silent_implementations(ROOT) == []
    methods = "    def search(self) -> int: ...\n    def books(self) -> int: ...\n"
    service = tree / "modules/rag/service.py"
    service.write_text(f"class RagService(Rag):\n{methods}", encoding="utf-8")
    assert rules.silent_implementations(tree) == []
    service.write_text(f"class RagService:\n{methods}", encoding="utf-8")
    assert rules.silent_implementations(tree) != []


@pytest.mark.unit
def test_every_protocol_is_implemented(tree: Path) -> None:
    assert rules.unimplemented_protocols(ROOT) == []
    assert rules.unimplemented_protocols(tree) != []


@pytest.mark.unit
def test_every_error_has_a_status() -> None:
    known = product_errors()
    assert rules.errors_without_status(known, STATUS) == []
    without = {code: status for code, status in STATUS.items() if code != DatabaseUnavailableError.code}
    assert rules.errors_without_status(known, without) == ["kernel.database_unavailable has no status"]
    assert rules.errors_without_status(known, {**STATUS, "rag.gone": 404}) == ["rag.gone belongs to no error"]


@pytest.mark.unit
def test_every_error_has_a_code_of_its_own() -> None:
    known = product_errors()
    assert rules.misnamed_errors(known) == []
    doubled = type("DoubledError", (VividlyError,), {"code": "kernel.error", "__module__": "modules.kernel.seed"})
    silent = type("SilentError", (VividlyError,), {"__module__": "modules.kernel.seed"})
    foreign = type("ForeignError", (VividlyError,), {"code": "rag.x", "__module__": "modules.kernel.seed"})
    assert len(rules.misnamed_errors([*known, doubled, silent, foreign])) == 3
