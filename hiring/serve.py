"""Serving: granian's workers, each with the application; they end with the process that started them."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer

from hiring.errors import BadInput, Broken
from hiring.logs import configure_logs, servers_logs
from hiring.settings import Settings, load_settings

if TYPE_CHECKING:
    from litestar import Litestar

log = structlog.get_logger("hiring")
_PATIENCE = 15  # seconds that requests under way may take when serving ends


def check_port(host: str, port: int) -> None:
    """Refuse before anything else is done where the port is taken or the address is not this machine's."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except UnicodeError:
        raise BadInput(f"{host} is no address to listen on.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Broken(
                f"Port {port} on {host} is taken: stop what listens there, or take another with --port."
            ) from None
        raise BadInput(f"{host}:{port} cannot be listened on: {error.strerror}.") from None


def address(host: str, port: int) -> str:
    """Return what to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - named to be replaced
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def application() -> Litestar:
    """Make the application of one worker; the settings come from the environment that `serve_until_stopped` set."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    from hiring.app import create_app

    settings = load_settings()
    configure_logs(settings.log_level)
    return create_app(settings)


def _end_with_parent() -> None:
    """End this worker when the process that started it has been killed: nobody else would."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE)
    os._exit(1)


class _Server(MPServer):
    """Granian, with workers that leave Ctrl-C at a terminal to the process that started them."""

    def _spawn_worker(self, *arguments: Any, **named: Any) -> Any:
        worker: Any = super()._spawn_worker(*arguments, **named)
        start = worker.start

        def start_undisturbed() -> None:
            # A new process inherits what is blocked, so that it cannot be interrupted in the midst of its imports.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

        worker.start = start_undisturbed
        return worker


def serve_until_stopped(
    settings: Settings, url: str, *, host: str, port: int, when_up: Callable[[], None], workers: int = 1
) -> None:
    """Serve until SIGINT, SIGTERM or the terminal's end; requests under way are finished first.

    `when_up` is called once, from another thread, when the first worker answers.
    """
    os.environ["DATABASE_URL"] = url
    os.environ["HIRING_SECRET_KEY"] = settings.secret().decode()
    os.environ["HIRING_DATA_DIR"] = str(settings.data_dir)
    configure_logs(settings.log_level)
    # A process forked from one with threads may inherit a lock that nobody will ever release.
    multiprocessing.set_start_method("spawn", force=True)
    server = _Server(
        "hiring.serve:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        loop=Loops.uvloop if sys.platform != "win32" else Loops.auto,
        factory=True,
        websockets=False,
        log_enabled=True,
        log_level=LogLevels.warning,
        log_dictconfig=servers_logs(),
        workers_kill_timeout=_PATIENCE,
        respawn_failed_workers=True,
    )
    hangup = signal.getsignal(signal.SIGHUP)

    def started() -> None:
        # Granian would take the terminal's end for a wish to load everything anew, and stay.
        signal.signal(signal.SIGHUP, hangup if hangup == signal.SIG_IGN else server.signal_handler_interrupt)
        threading.Thread(target=_tell, args=(host, port, when_up), daemon=True).start()
        if not sys.stderr.isatty():  # at a terminal `when_up` says it to a person
            log.info("serving", host=host, port=port, workers=workers)

    server.on_startup(started)
    try:
        server.serve()
    except SystemExit:
        raise Broken("A worker ended as soon as it had started: the lines above say why.") from None
    except OSError as error:
        raise Broken(f"{host}:{port} cannot be listened on: {error.strerror or error}.") from None


def _tell(host: str, port: int, when_up: Callable[[], None]) -> None:
    """Wait until somebody answers at the port, and say so."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - named to be replaced
    while True:
        with suppress(OSError), socket.create_connection((shown, port), timeout=1):
            break
        time.sleep(0.05)
    when_up()
