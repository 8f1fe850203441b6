"""Every factory gets what its annotations ask for: type checkers do not look through the container."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, get_type_hints

import pytest
from dependency_injector import providers

from modules.integrations.interface import Embedder
from modules.kernel.interface import Clock, Database
from shell import containers
from shell.containers import Container
from tests.architecture.source_tree import ROOT, parsed

Built = providers.Singleton[Any]


def _declared() -> dict[str, type | None]:
    """What each provider says it gives, read from the source: the container's metaclass drops annotations."""
    tree = parsed(ROOT / "shell" / "containers.py")
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Container.__name__)
    names = {item.target.id: item.annotation for item in body if isinstance(item, ast.AnnAssign)}
    inner = {name: hint.slice for name, hint in names.items() if isinstance(hint, ast.Subscript)}
    return {name: getattr(containers, ast.unparse(hint), None) for name, hint in inner.items()}


DECLARED: Final[Mapping[str, type | None]] = _declared()


def faults(build: Callable[..., Any], given: Mapping[str, type | None], declared: type | None) -> Iterator[str]:
    """What is wrong with a call of `build` with objects of these types (None: not known) for an object of a type."""
    hints, parameters = get_type_hints(build), inspect.signature(build).parameters
    needed = {name for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty}
    yield from (f"{name} is missing" for name in sorted(needed - given.keys()))
    yield from (f"{name} is unknown" for name in sorted(given.keys() - parameters.keys()))
    for name, kind in given.items():
        wanted = hints.get(name)
        if isinstance(kind, type) and isinstance(wanted, type) and not _fits(kind, wanted):
            yield f"{name} is a {kind.__name__}, not a {wanted.__name__}"
    made = hints["return"]
    if isinstance(made, type) and isinstance(declared, type) and not _fits(made, declared):
        yield f"gives a {made.__name__}, not a {declared.__name__}"


def _fits(kind: type, wanted: type) -> bool:
    # Protocols cannot be asked with issubclass; everything here inherits its protocol by name.
    return wanted in kind.__mro__


def _given(provider: Built) -> dict[str, type | None]:
    names = {id(value): name for name, value in Container.providers.items()}
    positional = dict(zip(inspect.signature(provider.provides).parameters, provider.args, strict=False))
    return {name: DECLARED.get(names.get(id(value), "")) for name, value in {**positional, **provider.kwargs}.items()}


def built() -> dict[str, Built]:
    """The providers that build something."""
    return {name: found for name, found in Container.providers.items() if isinstance(found, providers.Singleton)}


@pytest.mark.unit
@pytest.mark.parametrize("name", built())
def test_a_factory_gets_what_it_asks_for(name: str) -> None:
    provider = built()[name]
    assert list(faults(provider.provides, _given(provider), DECLARED[name])) == []


@pytest.mark.unit
def test_every_provider_says_its_type() -> None:
    assert set(Container.providers) == set(DECLARED)


def _factory(*, database: Database, clock: Clock) -> Embedder:
    raise NotImplementedError(database, clock)


@pytest.mark.unit
def test_seeded_faults_are_caught() -> None:
    assert list(faults(_factory, {"database": Database, "clock": Clock}, Embedder)) == []
    assert list(faults(_factory, {"database": Clock, "clock": Clock}, Embedder)) == [
        "database is a Clock, not a Database"
    ]
    assert list(faults(_factory, {"databse": Database, "clock": Clock}, Embedder)) == [
        "database is missing",
        "databse is unknown",
    ]
    assert list(faults(_factory, {"database": Database, "clock": Clock}, Clock)) == ["gives a Embedder, not a Clock"]
