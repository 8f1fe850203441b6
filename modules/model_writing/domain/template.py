"""A version of a prompt: a file with front matter, and two parts with `{{variables}}` in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from modules.model_writing.interface import BadPromptError

VARIABLES: Final = frozenset({"grade", "language", "comparison", "fence", "material"})
SCHEMA: Final = "1"
_SHAPE: Final = re.compile(r"---\n(?P<front>.*?)\n---\n+# System\n(?P<system>.+?)\n# User\n(?P<user>.+)", re.DOTALL)
_VARIABLE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_KEYS: Final = frozenset({"name", "version", "schema", "variables", "max_output_tokens", "temperature"})
_TOKENS: Final = range(500, 32_001)
_HOTTEST: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A prompt that was read and found good."""

    name: str
    version: str
    system: str
    user: str
    max_output_tokens: int
    temperature: float

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """System and user part. What stands in a value stays as it is, `{{...}}` too."""
        parts = [_VARIABLE.sub(lambda found: values[found[1]], part) for part in (self.system, self.user)]
        return parts[0].strip(), parts[1].strip()


def parsed(text: str, *, name: str, version: str) -> Template:
    """Reads a version. Raises BadPromptError naming the file's first fault."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise _bad(name, version, "it needs front matter between two lines ---, then # System, then # User")
    front = dict(_line(one, name, version) for one in found["front"].splitlines())
    if missing := sorted(_KEYS ^ front.keys()):
        raise _bad(name, version, f"these keys are missing or unknown: {', '.join(missing)}")
    if (front["name"], front["version"], front["schema"]) != (name, version, SCHEMA):
        raise _bad(name, version, f"name and version must be those of its file, and schema {SCHEMA}")
    _check_variables(front["variables"], found["system"] + found["user"], name, version)
    return Template(
        name=name,
        version=version,
        system=found["system"],
        user=found["user"],
        max_output_tokens=_tokens(front["max_output_tokens"], name, version),
        temperature=_temperature(front["temperature"], name, version),
    )


def _line(line: str, name: str, version: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon:
        raise _bad(name, version, f"{line!r} is no `key: value`")
    return key.strip(), value.strip()


def _check_variables(said: str, body: str, name: str, version: str) -> None:
    declared = {one.strip() for one in said.strip("[]").split(",") if one.strip()}
    used = set(_VARIABLE.findall(body))
    if declared != used:
        raise _bad(name, version, f"declared or used, but not both: {', '.join(sorted(declared ^ used))}")
    if unknown := sorted(declared - VARIABLES):
        raise _bad(name, version, f"nothing fills {', '.join(unknown)}")
    if missing := sorted({"fence", "material"} - declared):
        raise _bad(name, version, f"a lesson needs {', '.join(missing)}")


def _tokens(said: str, name: str, version: str) -> int:
    if not said.isdecimal() or int(said) not in _TOKENS:
        raise _bad(name, version, f"max_output_tokens is a whole number from {_TOKENS.start} to {_TOKENS.stop - 1}")
    return int(said)


def _temperature(said: str, name: str, version: str) -> float:
    if not re.fullmatch(r"\d(\.\d+)?", said) or float(said) > _HOTTEST:
        raise _bad(name, version, "temperature is a number from 0 to 2")
    return float(said)


def _bad(name: str, version: str, what: str) -> BadPromptError:
    return BadPromptError(f"prompt {name}, version {version}: {what}")
