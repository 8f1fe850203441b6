"""Looks through a folder before anybody reads it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from modules.book_files.domain.names import shown
from modules.book_files.interface import HostileFileError, Limits
from modules.book_files.local.faults import parsing


def check_folder(folder: Path, limits: Limits) -> None:
    """Refuses a folder that is too large, or from which a link leads outside.

    Raises:
        HostileFileError, BrokenFileError: naming the file.
    """
    size = 0
    with parsing(folder.name):
        root = folder.resolve()
        for count, path in enumerate(_entries(folder), 1):
            size += _size_within(path, root)
            if count > limits.members:
                raise HostileFileError(f"{shown(folder.name)} is refused: it holds more than {limits.members:,} files")
            if size > limits.unpacked_bytes:
                raise HostileFileError(
                    f"{shown(folder.name)} is refused: it holds more than {limits.unpacked_bytes:,} bytes"
                )


def _entries(folder: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=stop):
        links = [name for name in folders if Path(place, name).is_symlink()]
        yield from (Path(place, name) for name in [*links, *files])


def _size_within(path: Path, root: Path) -> int:
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        if not path.resolve().is_relative_to(root):
            raise HostileFileError(f"{shown(path.name)} is refused: it is a link that leads outside of the folder")
        return 0
    if not stat.S_ISREG(found.st_mode):
        raise HostileFileError(f"{shown(path.name)} is refused: it is no file but a pipe or a device")
    return found.st_size
