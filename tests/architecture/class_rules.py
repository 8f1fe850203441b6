"""Rules about protocols, their implementations and the errors, read from the syntax trees and the loaded classes."""

import ast
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from modules.kernel.interface import VividlyError
from tests.architecture.source_tree import module_names, parsed, python_files, relative

# A value of a protocol with one or two methods is easily matched by chance.
_TELLING_METHODS: Final = 2


@dataclass(frozen=True)
class SourceClass:
    """A class as written."""

    where: str
    name: str
    bases: frozenset[str]
    methods: frozenset[str]
    concrete: frozenset[str]

    @property
    def is_protocol(self) -> bool:
        """Whether it only says what others do."""
        return "Protocol" in self.bases


def classes(root: Path) -> list[SourceClass]:
    """Every class of modules and shell."""
    return [
        _read(relative(path, root), node)
        for path in python_files(root, tops=("modules", "shell"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    ]


def _read(where: str, node: ast.ClassDef) -> SourceClass:
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [item for item in functions if not item.name.startswith("_")]
    abstract = {
        item.name
        for item in public
        if any(ast.unparse(decorator).endswith("abstractmethod") for decorator in item.decorator_list)
    }
    names = frozenset(item.name for item in public)
    bases = frozenset(ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases)
    return SourceClass(where=where, name=node.name, bases=bases, methods=names, concrete=names - abstract)


def protocols(root: Path) -> list[SourceClass]:
    """The protocols that modules publish."""
    published = {f"modules/{name}/interface.py" for name in module_names(root)}
    return [found for found in classes(root) if found.is_protocol and found.where in published]


def concrete_protocol_methods(root: Path) -> list[str]:
    """Methods of published protocols that a class may forget to write."""
    return [
        f"{found.where}: {found.name}.{method} is not abstract"
        for found in protocols(root)
        for method in sorted(found.concrete)
    ]


def silent_implementations(root: Path) -> list[str]:
    """Classes that have a protocol's methods without inheriting it: a forgotten method would not show."""
    everything = classes(root)
    return [
        f"{found.where}: {found.name} does not inherit {protocol.name}"
        for protocol in protocols(root)
        if len(protocol.methods) >= _TELLING_METHODS
        for found in everything
        if protocol.methods <= found.methods and not found.is_protocol and protocol.name not in found.bases
    ]


def unimplemented_protocols(root: Path) -> list[str]:
    """Published protocols that nothing implements."""
    inherited = {base for found in classes(root) for base in found.bases}
    return [f"{found.where}: {found.name}" for found in protocols(root) if found.name not in inherited]


def load_modules(root: Path) -> None:
    """Imports every interface, so that every published error is known."""
    for name in module_names(root):
        __import__(f"modules.{name}.interface")


def errors(base: type[VividlyError] = VividlyError) -> Iterator[type[VividlyError]]:
    """The error and all that descend from it, of the product only."""
    yield base
    for child in base.__subclasses__():
        if importlib.util.find_spec(child.__module__) and child.__module__.partition(".")[0] in {"modules", "shell"}:
            yield from errors(child)


def errors_without_status(known: Iterable[type[VividlyError]], status: Mapping[str, int]) -> list[str]:
    """Errors that HTTP would answer as a bare 500, and statuses that belong to no error."""
    codes = {error.code for error in known}
    missing = [f"{code} has no status" for code in sorted(codes - status.keys())]
    return missing + [f"{code} belongs to no error" for code in sorted(status.keys() - codes)]


def misnamed_errors(known: Iterable[type[VividlyError]]) -> list[str]:
    """Errors that share a code, inherit one, or carry another module's name in it."""
    found = []
    seen: dict[str, str] = {}
    for error in known:
        name = f"{error.__module__}.{error.__qualname__}"
        module = error.__module__.split(".")[1]
        if "code" not in vars(error):
            found.append(f"{name} has no code of its own")
        elif error.code in seen:
            found.append(f"{name} and {seen[error.code]} share {error.code}")
        elif not error.code.startswith(f"{module}."):
            found.append(f"{name}: {error.code} does not begin with {module}.")
        seen[error.code] = name
    return found
