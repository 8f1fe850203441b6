"""Reads what the project's documents promise: links, paths, commands."""

import re
import shlex
from pathlib import Path
from typing import Final

from tests.architecture.source_tree import ROOT, relative

_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href|srcset)=\"([^\"]+)\"")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_FENCED: Final = re.compile(r"^[ ]*```(\w*)\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
_TOPS: Final = ("modules", "shell", "migrations", "tests", "docs", "requirements", ".claude", ".ci")
_FILES: Final = ("Makefile", "Dockerfile", "LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "importlinter.cfg")


def documents(root: Path = ROOT) -> list[Path]:
    """Every document that people read."""
    named = [root / "README.md", root / "CHANGELOG.md"]
    found = [*named, *root.glob("docs/**/*.md"), *root.glob(".claude/**/*.md"), *root.glob("modules/*/README.md")]
    return sorted(path for path in found if path.exists())


def broken_links(document: Path, root: Path = ROOT) -> list[str]:
    """Relative links of a document that lead nowhere."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    found = []
    for match in _LINK.finditer(text):
        target = (match[1] or match[2]).partition("#")[0]
        if target and "://" not in target and not (document.parent / target).exists():
            found.append(f"{relative(document, root)}: {target}")
    return found


def missing_paths(document: Path, root: Path = ROOT) -> list[str]:
    """Paths of the project, written in backticks, that do not exist; placeholders in <> and globs are resolved."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    named = [code.strip() for code in _CODE.findall(text)]
    paths = [name for name in named if _is_path(name)]
    return [f"{relative(document, root)}: {name}" for name in paths if not _exists(name, root)]


def _is_path(name: str) -> bool:
    return " " not in name and (name in _FILES or (name.partition("/")[0] in _TOPS and "/" in name))


def _exists(name: str, root: Path) -> bool:
    pattern = re.sub(r"<[^>]+>|NNNN", "*", name.rstrip("/").partition(":")[0])
    return any(root.glob(pattern)) if "*" in pattern else (root / pattern).exists()


def commands(document: Path) -> list[list[str]]:
    """The words of each command in the document's bash blocks, without environment variables before it."""
    found = []
    for language, block in _FENCED.findall(document.read_text(encoding="utf-8")):
        if language != "bash":
            continue
        for line in re.sub(r"\\\n\s*", " ", block).splitlines():
            words = shlex.split(line, comments=True)
            while words and re.match(r"^[A-Z_]+=", words[0]):
                words.pop(0)
            if words:
                found.append(words)
    return found


def loads(document: Path, root: Path = ROOT) -> list[Path]:
    """The files that a runbook says to load."""
    section = document.read_text(encoding="utf-8").partition("\nLoad:\n")[2].partition("\n\n")[0]
    names = [name for name in _CODE.findall(section) if _is_path(name)]
    return [root / name for name in names if (root / name).is_file()]


def make_targets(root: Path = ROOT) -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
