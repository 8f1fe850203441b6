"""The embedded PostgreSQL: our own launcher over the programs that a wheel carries."""

import json
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import fasteners
import psutil
import psycopg
from psycopg import sql
from typing_extensions import override

from modules.integrations.interface import DatabaseAddress, DatabaseServer, DatabaseServerError
from shell.embedded_postgres.host import (
    SHARED_DIRECTORY,
    Account,
    own_directory,
    owner_of,
    program_directory,
    run_program,
    server_account,
)
from shell.embedded_postgres.process import clear_after_crash, live_postmaster, wait_until_ready

_USER: Final = "vividly"
_CLUSTER: Final = "pg18"
_ADDRESS: Final = "127.0.0.1"
_START_SECONDS: Final = 180.0
_LOCK_SECONDS: Final = 240.0
_ATTEMPTS: Final = 3
_LOG_TAIL: Final = 1_500
_NO_SETTINGS: Final[Mapping[str, str]] = MappingProxyType({})
_SETTINGS: Final = {
    "listen_addresses": _ADDRESS,
    "unix_socket_directories": "",
    "max_connections": "100",
    "jit": "off",
    "maintenance_work_mem": "256MB",
}
# A POSIX lock belongs to the process: it does not keep two threads of one process apart.
_THREADS: Final = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    cluster: str
    port: int
    password: str


class EmbeddedPostgres(DatabaseServer):
    """PostgreSQL 18 with pgvector on 127.0.0.1, one cluster a home.

    Args:
        home: everything is kept in its directory `postgres`: `server.json` (mode 0600: port and password),
            `server.log`, and the cluster, unless the server's account cannot reach it (see host.py).
        database: created when missing, with the extension `vector`.
        run_as: the account of the server when this process is root; `nobody` by default.
        settings: further PostgreSQL settings for the next launch.
        shared_directory: for what cannot lie in a home that is private to root.
    """

    def __init__(
        self,
        *,
        home: Path,
        database: str = "vividly",
        run_as: str | None = None,
        settings: Mapping[str, str] = _NO_SETTINGS,
        shared_directory: Path = SHARED_DIRECTORY,
    ) -> None:
        self._home = home.expanduser().absolute()
        self._directory = self._home / "postgres"
        self._database = database
        self._run_as = run_as
        self._settings = {**_SETTINGS, **settings}
        self._shared = shared_directory

    @override
    def start(self) -> DatabaseAddress:
        with self._faults_named():
            self._make_directory()
            with self._locked():
                return self._attach_or_start(self._load() or self._create())

    @override
    def stop(self) -> None:
        with self._faults_named():
            self._locate()
            if not self._directory.is_dir():
                return
            with self._locked():
                state = self._load()
                if state is not None and live_postmaster(self._cluster(state)) is not None:
                    self._end(self._cluster(state))

    def _attach_or_start(self, state: _State) -> DatabaseAddress:
        cluster = self._cluster(state)
        for _ in range(_ATTEMPTS):
            process = live_postmaster(cluster)
            started_here = process is None
            if process is None:
                state, process = self._launch(state)
            if process is not None and wait_until_ready(process, cluster, seconds=_START_SECONDS):
                self._prepare(state)
                url = f"postgresql://{_USER}:{state.password}@{_ADDRESS}:{state.port}/{self._database}"
                return DatabaseAddress(url=url, pid=process.pid, started_here=started_here)
        raise DatabaseServerError(f"PostgreSQL did not start; its log {self._log_path} ends:\n{self._log_tail()}")

    def _launch(self, state: _State) -> tuple[_State, psutil.Process | None]:
        cluster = self._cluster(state)
        clear_after_crash(cluster)
        if not _is_free(state.port):
            state = replace(state, port=_free_port())
            self._save(state)
        settings = {**self._settings, "port": str(state.port)}
        options = " ".join(shlex.join(["-c", f"{name}={value}"]) for name, value in settings.items())
        wait = f"{_START_SECONDS:.0f}"
        self._run("pg_ctl", "-D", cluster, "-w", "-t", wait, "-o", options, "start", account=owner_of(cluster))
        return state, live_postmaster(cluster)

    def _end(self, cluster: Path) -> None:
        code = self._run("pg_ctl", "-D", cluster, "-w", "-m", "fast", "stop", account=owner_of(cluster))
        if code != 0:
            raise DatabaseServerError(f"PostgreSQL did not stop; its log {self._log_path} ends:\n{self._log_tail()}")

    def _prepare(self, state: _State) -> None:
        with _connect(state, "postgres") as connection:
            row = connection.execute("SHOW data_directory").fetchone()
            if row is None or Path(row[0]) != self._cluster(state):
                raise DatabaseServerError(
                    f"port {state.port} is answered by another PostgreSQL than that of {self._home}; "
                    f"stop it, then start again"
                )
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (self._database,)).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._database)))
        with _connect(state, self._database) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")

    def _create(self) -> _State:
        if (self._directory / _CLUSTER).exists():
            raise DatabaseServerError(
                f"{self._directory / _CLUSTER} holds a database but its password file {self._state_path} is gone; "
                f"put that file back, or move the database away to begin with an empty one"
            )
        account = server_account(self._run_as)
        if account is None or account.can_reach(self._directory / _CLUSTER):
            return self._create_in(self._directory, account)
        parent = own_directory(home=self._home, shared=self._shared)
        try:
            return self._create_in(parent, account)
        except BaseException:
            shutil.rmtree(parent)
            raise

    def _create_in(self, parent: Path, account: Account | None) -> _State:
        # Made under another name, so that a half-made cluster is never taken for a whole one.
        new = parent / f"{_CLUSTER}.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        self._initialise(new, password, account)
        # A cluster inside the home is named relative to it, so that a home can be moved.
        name = _CLUSTER if parent == self._directory else str(parent / _CLUSTER)
        state = _State(cluster=name, port=_free_port(), password=password)
        self._save(state)
        new.rename(parent / _CLUSTER)
        return state

    def _initialise(self, cluster: Path, password: str, account: Account | None) -> None:
        password_file = cluster.parent / "password.tmp"
        password_file.unlink(missing_ok=True)
        _write_private(password_file, password)
        if account is not None:
            for path in (cluster, password_file):
                os.chown(path, account.uid, account.gid)
        try:
            code = self._run(
                *("initdb", "-D", cluster, "-U", _USER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
                *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--no-instructions", "-c", "timezone=UTC", "-c", "log_timezone=UTC"),
                account=account,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if code != 0:
            raise DatabaseServerError(f"PostgreSQL could not create {cluster}:\n{self._log_tail()}")

    def _run(self, program: str, *arguments: str | Path, account: Account | None) -> int:
        command = [program_directory(account, shared=self._shared) / program, *arguments]
        # The server inherits this file as its log, so it need not be able to open it.
        self._log_path.touch(mode=0o600)
        with self._log_path.open("ab") as log:
            return run_program(command, account=account, log=log, seconds=_START_SECONDS + 30)

    def _make_directory(self) -> None:
        root = server_account(self._run_as) is not None
        mode = 0o711 if root else 0o700
        self._home.mkdir(mode=mode, parents=True, exist_ok=True)
        self._directory.mkdir(mode=mode, exist_ok=True)
        self._locate()

    def _locate(self) -> None:
        # The server names its data directory without symbolic links; ours must compare equal.
        self._home = self._home.resolve()
        self._directory = self._home / "postgres"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = fasteners.InterProcessLock(self._directory / "lock")
        with _THREADS:
            if not lock.acquire(timeout=_LOCK_SECONDS):
                raise DatabaseServerError(
                    f"another process has been starting or stopping the database in {self._home} for "
                    f"{_LOCK_SECONDS:.0f} seconds; end that process, then try again"
                )
            try:
                yield
            finally:
                lock.release()

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise DatabaseServerError(
                f"no permission for {error.filename or self._home} ({error.strerror}); give this user write "
                f"permission for {self._home}, or choose another home directory"
            ) from error
        except (OSError, subprocess.TimeoutExpired, psutil.Error) as error:
            raise DatabaseServerError(
                f"the database in {self._home} cannot run: {error}; check free space and rights there"
            ) from error
        except psycopg.Error as error:
            raise DatabaseServerError(
                f"PostgreSQL in {self._home} refused: {error}; its log is {self._log_path}"
            ) from error

    def _cluster(self, state: _State) -> Path:
        return self._directory / state.cluster

    @property
    def _state_path(self) -> Path:
        return self._directory / "server.json"

    @property
    def _log_path(self) -> Path:
        return self._directory / "server.log"

    def _log_tail(self) -> str:
        return self._log_path.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]

    def _load(self) -> _State | None:
        if not self._state_path.exists():
            return None
        try:
            kept = json.loads(self._state_path.read_text(encoding="utf-8"))
            state = _State(cluster=str(kept["cluster"]), port=int(kept["port"]), password=str(kept["password"]))
        except (ValueError, KeyError, TypeError) as error:
            raise DatabaseServerError(f"{self._state_path} is damaged; put it back from a copy") from error
        self._check_cluster(self._cluster(state))
        return state

    def _check_cluster(self, cluster: Path) -> None:
        new = cluster.with_name(f"{_CLUSTER}.new")
        if not cluster.exists() and (new / "PG_VERSION").exists():
            new.rename(cluster)  # the process that made it ended just before this step
        if not (cluster / "PG_VERSION").exists():
            raise DatabaseServerError(
                f"the database {cluster} is gone; put it back, or remove {self._state_path} to begin with an empty one"
            )

    def _save(self, state: _State) -> None:
        new = self._state_path.with_suffix(".tmp")
        new.unlink(missing_ok=True)
        _write_private(new, json.dumps(asdict(state)))
        new.replace(self._state_path)


def _connect(state: _State, database: str) -> psycopg.Connection[tuple[str, ...]]:
    return psycopg.connect(
        host=_ADDRESS,
        port=state.port,
        user=_USER,
        password=state.password,
        dbname=database,
        sslmode="disable",
        connect_timeout=10,
        autocommit=True,
    )


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port of a server that ended a moment ago is free for PostgreSQL too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_ADDRESS, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
