"""Unpacks ZIP archives byte by byte: nothing that an archive says of itself is believed."""

import mmap
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from modules.book_files.domain.names import clash_of, fault_of, is_litter, shown
from modules.book_files.interface import BrokenFileError, HostileFileError, Limits, Progress
from modules.book_files.local.faults import parsing

_CHUNK: Final = 65_536
_RATIO_FROM_BYTES: Final = 1_000_000
_ENTRY: Final = b"PK\x01\x02"
# ZIP, gzip, 7z, RAR, xz, zstd, bzip2, tar
_ARCHIVES: Final = re.compile(
    rb"PK\x03\x04|PK\x05\x06|\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ|\x28\xb5\x2f\xfd|BZh\d1AY&SY|.{257}ustar",
    re.DOTALL,
)


class Archive:
    """The members of an archive, checked by name and kind; reading counts every byte against the limits."""

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        self._name = shown(name)
        self._limits = limits
        self._file_bytes = file.seek(0, 2)
        self._unpacked = 0
        with parsing(name):
            _count_entries(file, self._name, limits)
            self._zip = zipfile.ZipFile(file)
        self._members = {info.orig_filename: info for info in self._zip.infolist() if not is_litter(info.orig_filename)}
        self._check(self._zip.infolist())

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        for info in infos:
            fault = fault_of(info.orig_filename) or _kind_fault(info)
            if fault:
                self._refuse(f"the member {shown(info.orig_filename)} {fault}")
        clash = clash_of(info.orig_filename for info in infos)
        if clash:
            self._refuse(f"the member {shown(clash)} is in it twice")

    def _refuse(self, finding: str) -> None:
        raise HostileFileError(f"{self._name} is refused: {finding}")

    @property
    def names(self) -> list[str]:
        """The files in it, without folders."""
        return [name for name in self._members if not name.endswith("/")]

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The whole of a member.

        Raises:
            BrokenFileError: there is none by that name, or it is damaged.
        """
        if name not in self._members:
            raise BrokenFileError(f"{shown(name)} is missing in {self._name}; get the book again")
        return b"".join(self._chunks(name))

    def unpack(self, folder: Path, on_progress: Progress) -> None:
        """Writes every member below `folder`."""
        names = self.names
        for done, name in enumerate(names, 1):
            with parsing(name):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    for chunk in self._chunks(name):
                        out.write(chunk)
            on_progress(done, len(names))

    def _chunks(self, name: str) -> Iterator[bytes]:
        info, size = self._members[name], 0
        with parsing(name), self._zip.open(info) as member:
            while chunk := member.read(_CHUNK):
                if not size and _ARCHIVES.match(chunk):
                    self._refuse(f"the member {shown(name)} is an archive itself; take it out and give it alone")
                size += len(chunk)
                self._unpacked += len(chunk)
                self._check_size(name, size, min(info.compress_size, self._file_bytes))
                yield chunk

    def _check_size(self, name: str, size: int, packed: int) -> None:
        limits = self._limits
        if self._unpacked > limits.unpacked_bytes:
            self._refuse(f"it unpacks to more than {limits.unpacked_bytes:,} bytes")
        if size > _RATIO_FROM_BYTES and size > limits.ratio * packed:
            self._refuse(f"the member {shown(name)} unpacks to more than {limits.ratio:g} times its size")
        if self._unpacked > _RATIO_FROM_BYTES and self._unpacked > limits.ratio * self._file_bytes:
            self._refuse(f"it unpacks to more than {limits.ratio:g} times its size")


def _count_entries(file: BinaryIO, name: str, limits: Limits) -> None:
    """Before the directory is read into memory, where each entry takes many times its size."""
    count, at = 0, -1
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        while (at := content.find(_ENTRY, at + 1)) >= 0:
            count += 1
            if count > limits.members:
                raise HostileFileError(f"{name} is refused: it has more than {limits.members:,} members")


def _kind_fault(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return "" if kind in {0, stat.S_IFREG, stat.S_IFDIR} else "is a link or a device"
