"""Says whether a command, as a document writes it, could be run."""

from pathlib import Path
from typing import Final

import click
import typer

from shell.cli.app import app
from tests.architecture.documents import make_targets
from tests.architecture.source_tree import ROOT, module_names

_IMAGE: Final = "vividly:candidate"


def unknown(words: list[str], root: Path = ROOT) -> str:
    """Why a command cannot be run, or nothing."""
    program, *rest = words
    program = program.removeprefix(".venv/bin/")
    if program == "vividly":
        return _unknown_to_vividly(rest)
    if program == "docker" and rest[0] == "run":
        return _unknown_to_vividly(rest[rest.index(_IMAGE) + 1 :])
    if program == "make":
        return "" if set(rest) <= make_targets(root) else f"no target {rest}"
    if program in {"pytest", "lint-imports"}:
        gone = [word for word in rest if ("/" in word or "." in word) and not (root / word).exists()]
        return f"no {gone}" if gone else ""
    return "" if program in {"git", "docker"} else f"{program}: a program that not everybody has"


def _unknown_to_vividly(words: list[str]) -> str:
    command: click.Command = typer.main.get_command(app)
    rest = list(words)
    while rest and hasattr(command, "commands") and rest[0] != "--help":
        name = rest.pop(0)
        if name not in command.commands:
            return f"vividly has no {name}"
        command = command.commands[name]
    known = {"--help"} | {
        option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
    }
    wrong = [word for word in rest if word.startswith("--") and word not in known]
    positional = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    modules = [word for word in rest if command.name == "module" and word not in {*module_names(), *known}]
    if not positional and rest and not rest[0].startswith("-"):
        return f"{command.name} takes no {rest[0]}"
    return f"unknown: {wrong + modules}" if wrong or modules else ""
