"""`vividly start`: the API and a worker, together until Ctrl-C."""

import asyncio
import contextlib
import errno
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Final

import structlog
import typer
import uvicorn
from typing_extensions import override

from shell.cli.console import progress_bar, say
from shell.containers import Container
from shell.http.app import create_app
from shell.lifecycle import opened
from shell.observability import configure_logging
from shell.settings import Settings, child_environment, load

_log = structlog.get_logger(__name__)
STOP_SECONDS: Final = 10
RESTART_SECONDS: Final = 1.0
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class _Server(uvicorn.Server):
    """A server that leaves signals to us: its own way ends the process before the worker and database are stopped."""

    @contextmanager
    @override
    def capture_signals(self) -> Iterator[None]:
        yield

    def leave(self) -> None:
        """Answers what is in hand, then ends."""
        self.should_exit = True


def start(
    host: Annotated[str, typer.Option(help="Address to listen on; the setting VIVIDLY_HTTP_HOST.")] = "",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on; VIVIDLY_HTTP_PORT.")] = None,
    *,
    worker: Annotated[bool, typer.Option(help="Also run a worker.")] = True,
) -> None:
    """Example: vividly start --port 8080

    Serves the API on 127.0.0.1:8000 with a worker beside it, until Ctrl-C.
    """
    settings = load()
    update = {"http_host": host} if host else {}
    settings = settings.model_copy(update=update | ({"http_port": port} if port else {}))
    configure_logging(settings)
    try:
        listener = _listen(settings)
    except (OSError, UnicodeError) as error:
        say(_refusal(settings, error))
        raise typer.Exit(1) from error
    with listener:
        asyncio.run(_serve(settings, listener, with_worker=worker))


def _refusal(settings: Settings, error: OSError | UnicodeError) -> str:
    host, port = settings.http_host, settings.http_port
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop the other program, or choose another: vividly start --port 8001"
    reason = error.strerror if isinstance(error, OSError) else "no such host name"
    return f"Cannot listen on {host}, port {port}: {reason}. Choose others: vividly start --host 127.0.0.1 --port 8001"


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.http_host, settings.http_port))
        listener.listen(512)
    except (OSError, UnicodeError):
        listener.close()
        raise
    return listener


async def _serve(settings: Settings, listener: socket.socket, *, with_worker: bool) -> None:
    running = asyncio.create_task(_run(settings, listener, with_worker=with_worker))

    def interrupt() -> None:
        _on_signals(lambda: None)  # a second signal must not cut off the cleaning up
        running.cancel()

    # Until the server takes the signals over, one ends what is being prepared.
    _on_signals(interrupt)
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def _run(settings: Settings, listener: socket.socket, *, with_worker: bool) -> None:
    with progress_bar() as bar:
        async with opened(settings, bar.show, keep_database=True) as container:
            server = _Server(_config(settings, container))
            _on_signals(server.leave)
            beside = asyncio.create_task(_keep_worker(settings)) if with_worker else None
            say(f"Vividly listens on http://{settings.http_host}:{settings.http_port}  (Ctrl-C stops it)")
            try:
                await server.serve(sockets=[listener])
            finally:
                if beside is not None:
                    beside.cancel()
                    await asyncio.gather(beside, return_exceptions=True)


def _on_signals(action: Callable[[], None]) -> None:
    for name in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(name, action)


def _config(settings: Settings, container: Container) -> uvicorn.Config:
    @asynccontextmanager
    async def ready() -> AsyncIterator[Container]:
        yield container

    return uvicorn.Config(
        create_app(settings, ready),
        log_level="warning",
        access_log=False,
        server_header=False,
        # A client could name another address in X-Forwarded-For for each try, past the throttle of sign-ins.
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )


async def _keep_worker(settings: Settings) -> None:
    """Runs a worker process and starts another one whenever it dies."""
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shell.worker_main", stdin=asyncio.subprocess.PIPE, env=_environment(settings)
        )
        try:
            code = await process.wait()
            _log.warning("worker process ended; starting another", exit_code=code)
            await asyncio.sleep(RESTART_SECONDS)
        finally:
            await _end(process)


def _environment(settings: Settings) -> dict[str, str]:
    return child_environment() | {"VIVIDLY_HOME": str(settings.home)}


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
