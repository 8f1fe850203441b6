"""The prompts that come with Vividly: `prompts/<name>/<version>.md`, the changelog, the defaults, the fixture."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from typing_extensions import override

from modules.model_writing.domain.template import Template, parsed
from modules.model_writing.interface import BadPromptError, PromptCheck, PromptFiles, UnknownPromptError

PROMPTS: Final = files("modules.model_writing") / "prompts"
LESSON: Final = "lesson"
_ENTRY: Final = re.compile(r"^- (?P<name>\w+) (?P<version>\w+): (?P<change>.+)$", re.MULTILINE)


class DeliveredPrompts(PromptFiles):
    """Reads the files, and reads one version once only."""

    def __init__(self, *, folder: Traversable = PROMPTS) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], Template] = {}

    def names(self) -> list[str]:
        """Every prompt."""
        return sorted(one.name for one in self._folder.iterdir() if one.is_dir())

    def versions(self, name: str) -> list[str]:
        """Every version of a prompt, the oldest first. Raises UnknownPromptError."""
        if name not in self.names():
            raise UnknownPromptError(f"no prompt is called {name!r}; there are {', '.join(self.names())}")
        found = [one.name.removesuffix(".md") for one in (self._folder / name).iterdir() if one.name.endswith(".md")]
        return sorted(found, key=lambda version: (len(version), version))

    def default(self, name: str) -> str:
        """The version that writes as long as nobody says otherwise."""
        defaults: dict[str, str] = json.loads((self._folder / "defaults.json").read_text("utf-8"))
        return defaults[name]

    def known(self, name: str, version: str) -> str:
        """The version, when there is one. Raises UnknownPromptError."""
        if version not in self.versions(name):
            there = ", ".join(self.versions(name))
            raise UnknownPromptError(f"prompt {name} has no version {version!r}; there are {there}")
        return version

    def template(self, name: str, version: str) -> Template:
        """A version, read and found good. Raises UnknownPromptError, BadPromptError."""
        key = (name, self.known(name, version))
        if key not in self._read:
            text = (self._folder / name / f"{version}.md").read_text("utf-8")
            self._read[key] = parsed(text, name=name, version=version)
        return self._read[key]

    def change(self, name: str, version: str) -> str:
        """What the changelog says of a version, or nothing."""
        log = (self._folder / "CHANGELOG.md").read_text("utf-8")
        told = {(found["name"], found["version"]): found["change"] for found in _ENTRY.finditer(log)}
        return told.get((name, version), "")

    @override
    def check(self) -> tuple[PromptCheck, ...]:
        fixture: dict[str, str] = json.loads((self._folder / "fixture.json").read_text("utf-8"))
        return tuple(self._tried(name, version, fixture) for name in self.names() for version in self.versions(name))

    def _tried(self, name: str, version: str, fixture: dict[str, str]) -> PromptCheck:
        faults, characters = list(self._unlisted(name, version)), 0
        try:
            system, user = self.template(name, version).filled(fixture)
        except BadPromptError as error:
            faults.append(str(error))
        except KeyError as error:
            faults.append(f"the fixture has no value for {error.args[0]}")
        else:
            characters = len(system) + len(user)
            inside = user.partition(fixture["fence"])[2].rpartition(fixture["fence"])[0]
            if fixture["material"] not in inside or fixture["material"] in system:
                faults.append("the material does not stand between two fences of the user part")
        return PromptCheck(name=name, version=version, characters=characters, faults=tuple(faults))

    def _unlisted(self, name: str, version: str) -> Iterator[str]:
        if not self.change(name, version):
            yield "the changelog does not say what is new in it"
        if self.default(name) not in self.versions(name):
            yield "the default version does not exist"
