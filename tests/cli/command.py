"""The command `hiring` as a user types it: a process of its own, with an environment of its own."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2

from hiring.cli import main
from tests import pg

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("hiring")
PATIENCE = 60.0  # seconds that anything may take on a busy machine before a test gives up


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line in which it says why it failed."""
        assert self.err.startswith("hiring: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("hiring: ").rstrip("\n")


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Return this process's environment without our settings, and with these."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HIRING_", "DATABASE_URL"))}
    return kept | {key: str(value) for key, value in settings.items()}


def hiring(*words: object, cwd: Path | None = None, program: Path = PROGRAM, **settings: object) -> Done:
    """Run the command with these settings."""
    done = subprocess.run(
        [program, *map(str, words)],
        env=environment(settings),
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def here(*words: object, **settings: object) -> Done:
    """Run the command in this process, where a second of imports would tell a test nothing new."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    before, code = signal.getsignal(signal.SIGTERM), 0
    with (
        patch.dict(os.environ, environment(settings), clear=True),
        patch.object(sys, "argv", ["hiring", *map(str, words)]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            signal.signal(signal.SIGTERM, before)
    return Done(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


@contextmanager
def empty_folder() -> Iterator[Path]:
    """A folder for a data folder, in memory where that is possible."""
    folder = Path(tempfile.mkdtemp(prefix="hiring-cli-", dir=pg.quick_place()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(happens: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until something is true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """Return the processes that this one started, and those that they started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found, new = [], [pid]
    while new:
        new = [child for child, parent in parents.items() if parent in new]
        found += new
    return found


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(shown.strip()) and not shown.startswith("Z")


@dataclass(slots=True)
class Serving:
    """A `hiring serve` or `hiring demo` that runs; `log` is the file with its standard error."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    family: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **named: Any) -> httpx2.Response:
        return httpx2.get(self.address + path, timeout=PATIENCE, **named)

    def status(self, path: str) -> int:
        """Return the status of a page, 0 where nobody answers."""
        try:
            return self.get(path).status_code
        except httpx2.TransportError:
            return 0

    def remember_family(self) -> list[int]:
        """Note the processes that belong to it, to see later whether one is left behind."""
        self.family = [self.process.pid, *children(self.process.pid)]
        return self.family

    def left_behind(self) -> list[int]:
        return [pid for pid in self.family if alive(pid)]


@contextmanager
def serving(*words: object, stdout: Any = subprocess.DEVNULL, **settings: object) -> Iterator[Serving]:
    """Run `hiring WORDS` on a free port until the block ends, which begins when the pages answer."""
    port = free_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(
            [PROGRAM, *map(str, words), "--port", str(port)],
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=log,
            text=True,
        )
        one = Serving(process, port, Path(log.name))
        try:
            until(lambda: process.poll() is not None or one.status("/live") == 200)
            assert process.poll() is None, one.log.read_text()
            one.remember_family()
            yield one
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
