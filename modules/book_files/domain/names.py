"""Which names of members an archive may hold, and how names are shown."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_SHOWN: Final = 80
_PART_BYTES: Final = 255
_NAME_BYTES: Final = 1_000
_DRIVE: Final = re.compile(r"^[A-Za-z]:")
_LITTER: Final = ("__MACOSX/",)


def shown(name: str) -> str:
    """A name from a file, safe in a message: printable and short."""
    clean = "".join(char if char.isprintable() else "?" for char in name)
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}..."


def is_litter(name: str) -> bool:
    """Whether a packing program put it there for itself."""
    return name.startswith(_LITTER) or name.rpartition("/")[2] == ".DS_Store"


def fault_of(name: str) -> str:
    """What makes a member's name dangerous, or empty."""
    parts = name.removesuffix("/").split("/")
    if not name.isprintable():
        return "has control characters in its name"
    if "\\" in name:
        return "has a backslash in its name"
    if name.startswith("/") or _DRIVE.match(name):
        return "has an absolute path"
    if ".." in parts:
        return "leads outside with '..'"
    if "" in parts or "." in parts:
        return "has an empty part in its path"
    return "has too long a name" if _is_long(parts) else ""


def _is_long(parts: list[str]) -> bool:
    sizes = [len(part.encode()) for part in parts]
    return max(sizes) > _PART_BYTES or sum(sizes) > _NAME_BYTES


def clash_of(names: Iterable[str]) -> str:
    """A name that stands twice, by case or spelling too, or is a file and a folder at once; empty if none does."""
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold()
        if key in files:
            return name
        if not key.endswith("/"):
            files.add(key)
        parts = key.split("/")[:-1]
        folders.update("/".join(parts[: end + 1]) for end in range(len(parts)))
    return min(files & folders, default="")


def common_folder(names: Iterable[str]) -> str:
    """The one top folder that holds everything, or empty."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return tops.pop() if len(tops) == 1 else ""
