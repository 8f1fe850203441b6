"""One process's hold on the embedded PostgreSQL that several processes of a home share."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import fasteners
import psycopg

from modules.integrations.interface import DatabaseAddress, DatabaseServer, DatabaseServerError

_LOCK_SECONDS: Final = 240.0
_CONNECT_SECONDS: Final = 3
# A connection that was closed a moment ago is still counted until its backend has ended.
_COUNTS: Final = 5
_COUNT_SECONDS: Final = 0.05
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
# A POSIX lock belongs to the process: it does not keep two threads of one process apart.
_THREADS: Final = threading.Lock()


class Hold:
    """Keeps the server running for as long as it is held, by a connection that whoever stops the server counts.

    Starting with connecting, and counting with stopping, exclude each other among the processes of a home: nobody
    is given the address of a server that is about to be stopped.
    """

    def __init__(self, *, server: DatabaseServer, home: Path) -> None:
        self._server = server
        self._home = home
        self._url: str | None = None
        self._connection: psycopg.Connection[tuple[int]] | None = None

    def take(self) -> DatabaseAddress:
        """Starts the server unless it runs, and holds it; may be repeated.

        Raises:
            DatabaseServerError: it does not start, or does not let us in.
        """
        with self._locked():
            address = self._server.start()
            if address.url != self._url or not self._is_connected():
                self._connection = self._connect(address.url)
                self._url = address.url
            return address

    def release(self) -> None:
        """Lets go, and stops the server when nobody else is connected to it."""
        if self._url is None:
            return
        with self._locked():
            alone = self._is_alone(self._url)
            if self._connection is not None:
                self._connection.close()
            self._connection, self._url = None, None
            if alone:
                self._server.stop()

    def _is_connected(self) -> bool:
        if self._connection is None:
            return False
        with suppress(psycopg.OperationalError):
            self._connection.execute("SELECT 1")
        return not self._connection.closed

    def _is_alone(self, url: str) -> bool:
        try:
            if self._connection is None or not self._is_connected():
                self._connection = self._connect(url)
            for _ in range(_COUNTS):
                row = self._connection.execute(_OTHERS).fetchone()
                if row and row[0] == 0:
                    return True
                time.sleep(_COUNT_SECONDS)
        except (DatabaseServerError, psycopg.OperationalError):
            return False
        return False

    def _connect(self, url: str) -> psycopg.Connection[tuple[int]]:
        try:
            return psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        except psycopg.OperationalError as error:
            message = f"the database in {self._home} refused: {error}"
            raise DatabaseServerError(message) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = fasteners.InterProcessLock(self._home / "database.lock")
        with _THREADS:
            if not lock.acquire(timeout=_LOCK_SECONDS):
                message = (
                    f"another process has been starting or stopping the database in {self._home} for "
                    f"{_LOCK_SECONDS:.0f} seconds; end that process, then try again"
                )
                raise DatabaseServerError(message)
            try:
                yield
            finally:
                lock.release()
