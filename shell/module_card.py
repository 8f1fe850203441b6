"""What a person, or a program, must load to work on one module, and what it costs in tokens."""

import ast
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

BUDGET: Final = 30_000
BYTES_PER_TOKEN: Final = 3
_MODULES: Final = Path(__file__).resolve().parent.parent / "modules"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCost:
    """A file, its path from the project's root, and its estimated tokens (bytes / 3)."""

    path: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCard:
    """A module's own files, and the interface files of the modules that it uses."""

    name: str
    files: tuple[FileCost, ...]
    uses: tuple[FileCost, ...]

    @property
    def tokens(self) -> int:
        """Of the module's own files."""
        return sum(file.tokens for file in self.files)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        uses = sum(file.tokens for file in self.uses)
        return asdict(self) | {"tokens": self.tokens, "uses_tokens": uses, "budget": BUDGET}


def module_names() -> list[str]:
    """Every module, by name."""
    return sorted(path.parent.name for path in _MODULES.glob("*/interface.py"))


def card_of(name: str) -> ModuleCard:
    """The card of one module, read from its files."""
    files = _own_files(name)
    used = sorted(set().union(*(_imported(path) for path in files if path.suffix == ".py")) - {name})
    faces = [face for other in used for face in _face(other)]
    return ModuleCard(name=name, files=tuple(map(_cost, files)), uses=tuple(map(_cost, faces)))


def _own_files(name: str) -> list[Path]:
    folder = _MODULES / name
    return sorted([*folder.rglob("*.py"), *folder.glob("README.md")])


def _face(name: str) -> list[Path]:
    return [path for path in (_MODULES / name / "interface.py", _MODULES / name / "values.py") if path.exists()]


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[1] for name in names if name.startswith("modules.") and name.endswith(".interface")}


def _cost(path: Path) -> FileCost:
    return FileCost(path=path.relative_to(_MODULES.parent).as_posix(), tokens=path.stat().st_size // BYTES_PER_TOKEN)
