"""Reads the project's own files for the architecture tests."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PRODUCT: Final = ("modules", "shell", "migrations")


def module_names(root: Path = ROOT) -> list[str]:
    """The packages below modules/."""
    return sorted(path.parent.name for path in (root / "modules").glob("*/__init__.py"))


def python_files(root: Path = ROOT, *, tops: tuple[str, ...] = PRODUCT) -> list[Path]:
    """The Python files below the given directories."""
    return sorted(path for top in tops for path in (root / top).rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file, parsed once as long as the file stays as it is."""
    return _parsed(path, path.stat().st_mtime_ns)


@cache
def _parsed(path: Path, _changed_ns: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def relative(path: Path, root: Path = ROOT) -> str:
    """The path as people write it in the project."""
    return path.relative_to(root).as_posix()


def kept_files(root: Path = ROOT) -> list[Path]:
    """Every file that git keeps, or would keep with the next `git add`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    paths = (root / name for name in listed.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


def texts(paths: list[Path]) -> Iterator[tuple[Path, str]]:
    """The files that hold text, with it."""
    for path in paths:
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def copy_python(target: Path) -> Path:
    """Copies the Python files of the import contracts' packages, to write a violation into the copy."""
    for path in python_files(tops=("modules", "shell")):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target
