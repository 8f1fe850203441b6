"""Rules about the source text. Each takes the root of a tree and returns what breaks it, empty when nothing does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.architecture.source_tree import module_names, parsed, python_files, relative

MODULE_TOKENS: Final = 30_000
FILE_LINES: Final = 400
INTERFACE_LINES: Final = 200
FUNCTION_LINES: Final = 50
FUNCTION_P90_LINES: Final = 30
SETTINGS: Final = "shell/settings.py"
_SQL_BEFORE: Final = r"\b(?:from|join|into|update|only|table|on|references|exists|truncate|index|schema)\s+"
_ENVIRONMENT: Final = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _places(root: Path) -> Iterator[tuple[str, Path]]:
    """Each module's own code and migrations."""
    for name in module_names(root):
        for folder in (root / "modules" / name, root / "migrations" / "versions" / name):
            for path in sorted(folder.rglob("*.py")):
                yield name, path


def foreign_schemas(root: Path) -> list[str]:
    """SQL, table arguments or foreign keys that name the schema of another module."""
    found = []
    schemas = [name for name in module_names(root) if name not in {"kernel", "integrations"}]
    for owner, path in _places(root):
        others = "|".join(name for name in schemas if name != owner)
        in_sql = re.compile(rf'{_SQL_BEFORE}"?(?:{others})"?\.(?!\s)|search_path', re.IGNORECASE)
        in_tables = re.compile(rf"^(?:{others})(?:\.\w+)*$")
        holds_tables = path.name == "models.py" or "versions" in path.parts
        for line, text in _strings(parsed(path)):
            if in_sql.search(text) or (holds_tables and in_tables.match(text)):
                found.append(f"{relative(path, root)}:{line}: {text[:80]!r}")
    return found


def foreign_relationships(root: Path) -> list[str]:
    """`relationship("X")` where X is not a row class of the same module."""
    found = []
    for name in module_names(root):
        trees = {path: parsed(path) for path in sorted((root / "modules" / name).rglob("*.py"))}
        rows = {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        for path, tree in trees.items():
            for line, target in _relationship_targets(tree):
                if target not in rows:
                    found.append(f"{relative(path, root)}:{line}: relationship to {target}")
    return found


def _relationship_targets(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _is_call_of(node.value, "relationship"):
            for part in ast.walk(node.annotation):
                names = re.findall(r"\w+Row\b", part.value) if _is_text(part) else []
                yield from ((node.lineno, name) for name in names)
        if isinstance(node, ast.Call) and _is_call_of(node, "relationship") and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant):
                yield node.lineno, str(target.value).rpartition(".")[2]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_call_of(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name


def environment_readers(root: Path) -> list[str]:
    """Readers of environment variables outside the settings."""
    found = []
    for path in python_files(root):
        if relative(path, root) == SETTINGS:
            continue
        for node in ast.walk(parsed(path)):
            direct = isinstance(node, ast.Attribute) and node.attr in _ENVIRONMENT
            imported = isinstance(node, ast.ImportFrom) and any(a.name in _ENVIRONMENT for a in node.names)
            if direct or imported:
                found.append(f"{relative(path, root)}:{node.lineno}")
    return found


def mentions(root: Path, word: str, tops: tuple[str, ...], *, but: tuple[str, ...] = ()) -> list[str]:
    """Lines of Python files below `tops` that hold a word in any spelling of its case."""
    pattern = re.compile(rf"(?<![a-z]){word}", re.IGNORECASE)
    return [
        f"{relative(path, root)}:{number}"
        for path in python_files(root, tops=tops)
        if not relative(path, root).startswith(but or ("-",))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def tokens(folder: Path) -> int:
    """What a module costs to read: bytes / 3 of its Python files and README."""
    return sum(path.stat().st_size for path in [*folder.rglob("*.py"), *folder.glob("README.md")]) // 3


def oversized(root: Path) -> list[str]:
    """Modules, files, interfaces and functions above their budget."""
    found = [
        f"modules/{name}: {tokens(root / 'modules' / name)} tokens of {MODULE_TOKENS}"
        for name in module_names(root)
        if tokens(root / "modules" / name) > MODULE_TOKENS
    ]
    lengths = []
    # Migrations are lists of columns: splitting them would make them harder to read.
    for path in python_files(root, tops=("modules", "shell")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = INTERFACE_LINES if path.name == "interface.py" else FILE_LINES
        if lines > limit:
            found.append(f"{relative(path, root)}: {lines} lines of {limit}")
        for name, length in _functions(path):
            lengths.append(length)
            if length > FUNCTION_LINES:
                found.append(f"{relative(path, root)}: {name} has {length} lines of {FUNCTION_LINES}")
    p90 = sorted(lengths)[int(len(lengths) * 0.9)] if lengths else 0
    return [*found, f"p90 of function lengths: {p90}"] if p90 > FUNCTION_P90_LINES else found


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def unfinished_modules(root: Path) -> list[str]:
    """Modules without an interface, a factory or a README, or with a README longer than a screen and a half."""
    found = []
    for name in module_names(root):
        folder = root / "modules" / name
        found += [f"modules/{name}/{file} is missing" for file in _NEEDED if not (folder / file).exists()]
        readme = folder / "README.md"
        if readme.exists() and len(readme.read_text(encoding="utf-8").splitlines()) > README_LINES:
            found.append(f"modules/{name}/README.md has more than {README_LINES} lines")
    return found


_NEEDED: Final = ("__init__.py", "interface.py", "factory.py", "README.md")
README_LINES: Final = 60


def postponed_annotations(root: Path) -> list[str]:
    """Files with `from __future__ import annotations`: run-time readers of annotations break silently under it."""
    return [
        relative(path, root)
        for path in python_files(root, tops=("modules", "shell", "migrations", "tests"))
        for node in parsed(path).body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
