"""Rules about the files that git keeps. Each takes paths and the root, and returns what breaks it."""

import re
import tomllib
from pathlib import Path
from typing import Final

from tests.architecture.source_tree import relative, texts

MAX_BYTES: Final = 1_000_000
_OWN: Final = "tests/architecture/"

_LOCK_NAMES: Final = {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"}
_CONFIG_ENDINGS: Final = (".toml", ".cfg", ".ini", ".conf", ".txt", ".in", ".yaml", ".yml", "Makefile", "Dockerfile")
_ADDRESS: Final = re.compile(
    r"--(extra-)?index(-url)?\b|--find-links|--trusted-host|pypi\.org|pythonhosted|find-links\s*=|index-url\s*=|"
    r"tool\.uv\.index|/simple/?\b"
)
_MACHINE_PATH: Final = re.compile(r"(?<![\w./}>-])/(?:work|root|home/(?!app\b)\w+|Users/\w+|opt/(?:wheels|pypi))/")
_SECRETS: Final = (
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"-----BEGIN (?:\w+ )?PRIVATE KEY-----"),
    re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    re.compile(r"\bsk-[A-Za-z0-9_-]{32,}\b"),
    re.compile(r"\bxox[abp]-[0-9A-Za-z-]{20,}"),
    re.compile(r'"private_key"\s*:\s*"'),
    re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    re.compile(r"postgres(?:ql)?://\w+:(?!password|\{|\$|<|%)[^@\s\"']{6,}@(?!host|localhost|127|%|\{)"),
)
_LOWERED: Final = (
    re.compile(r"\|\|\s*true\b"),
    re.compile(r"continue-on-error"),
    re.compile(r"ignore_errors"),
    re.compile(r"--exit-zero"),
    re.compile(r"--no-verify"),
    re.compile(r"\bset \+e\b"),
    re.compile(r"^\t-", re.MULTILINE),
    re.compile(r"follow_imports\s*=\s*\"?skip"),
    re.compile(r"disable_error_code"),
    re.compile(r"--deselect|--ignore[= ]tests"),
)
_GATES: Final = ("Makefile", "pyproject.toml", "importlinter.cfg", ".ci/run", "Dockerfile")


def lock_addresses(paths: list[Path], root: Path) -> list[str]:
    """Lock files that say where packages come from, or that are of a kind which always does."""
    found = [relative(path, root) for path in paths if path.name in _LOCK_NAMES]
    locks = [path for path in paths if relative(path, root).startswith("requirements/")]
    return found + [relative(path, root) for path, text in texts(locks) if "://" in text]


def index_addresses(paths: list[Path], root: Path) -> list[str]:
    """Configuration that names a package index."""
    config = [path for path in paths if path.name.endswith(_CONFIG_ENDINGS) or relative(path, root) == ".ci/run"]
    return [relative(path, root) for path, text in texts(config) if _ADDRESS.search(text)]


def large_files(paths: list[Path], root: Path) -> list[str]:
    """Files that make every clone slower."""
    return [relative(path, root) for path in paths if path.stat().st_size > MAX_BYTES]


def machine_paths(paths: list[Path], root: Path) -> list[str]:
    """Files that name a directory of somebody's machine."""
    return _lines(paths, root, (_MACHINE_PATH,))


def secrets(paths: list[Path], root: Path) -> list[str]:
    """What looks like a key, a token or a password."""
    return _lines(paths, root, _SECRETS)


def _lines(paths: list[Path], root: Path, patterns: tuple[re.Pattern[str], ...]) -> list[str]:
    return [
        f"{relative(path, root)}:{number}"
        for path, text in texts(paths)
        for number, line in enumerate(text.splitlines(), 1)
        if any(pattern.search(line) for pattern in patterns)
    ]


def lowered_gates(paths: list[Path], root: Path) -> list[str]:
    """Checks that were made to pass by not looking."""
    gates = [path for path in paths if relative(path, root) in _GATES or path.suffix in {".yml", ".yaml"}]
    found = [
        f"{relative(path, root)}: {match.group().strip()}"
        for path, text in texts(gates)
        for pattern in _LOWERED
        for match in [pattern.search(text)]
        if match
    ]
    for path in gates:
        if relative(path, root) == "pyproject.toml":
            found += _weakened_tools(path)
    return found


def _weakened_tools(path: Path) -> list[str]:
    tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    pytest = tools.get("pytest", {}).get("ini_options", {})
    wanted = {
        "ruff: select ALL": tools.get("ruff", {}).get("lint", {}).get("select") == ["ALL"],
        "mypy: strict": tools.get("mypy", {}).get("strict") is True,
        "mypy: modules and shell": {"modules", "shell"} <= set(tools.get("mypy", {}).get("packages", ())),
        "pytest: warnings are errors": "error" in pytest.get("filterwarnings", ())[:1],
        "pytest: the whole of tests/": pytest.get("testpaths") == ["tests"],
        "pytest: strict markers": "--strict-markers" in pytest.get("addopts", ()),
    }
    return [f"pyproject.toml lost: {name}" for name, kept in wanted.items() if not kept]
