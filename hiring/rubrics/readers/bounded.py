"""Foreign formats are read in a child process that can be killed: bounded time, memory and answer, and no files."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
from enum import StrEnum
from pathlib import Path

SECONDS = 20
"""Seconds that one document may take."""

MEMORY = 512_000_000
"""Bytes of address space that one child may take."""

AT_ONCE = 2
"""Children that may run at the same time in one process of ours."""

_ANSWER = 1_000_000
"""Bytes of text in an answer, at most."""

TEXT, REFUSAL = b"T", b"R"
"""The first byte of a child's answer says what follows: the text, or why there is none."""

_places = threading.BoundedSemaphore(AT_ONCE)


class Format(StrEnum):
    """What a child can read."""

    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


class Refused(Exception):  # noqa: N818 - reads as a sentence where it is raised
    """A document that cannot be read. `str(error)` carries on a sentence that begins with the file's name."""


def extract(kind: Format, content: bytes, *, seconds: float = SECONDS) -> str:
    """Return a document's text. Raises Refused; no process stays behind, whatever happens."""
    with _places, tempfile.TemporaryDirectory(prefix="hiring-posting-") as folder:
        answer = _answer(kind, content, seconds, folder)
    text = answer[1:].decode(errors="replace")
    if answer[:1] == TEXT:
        if len(answer) > _ANSWER + 1:
            raise Refused("is larger than 1 MB of text, too large for a posting")
        return text
    if answer[:1] == REFUSAL:
        raise Refused(text[:300])
    raise Refused("cannot be read: it needs more memory than a posting may take, or is damaged")


def _answer(kind: Format, content: bytes, seconds: float, folder: str) -> bytes:
    arguments = (
        sys.executable,
        "-P",
        "-m",
        "hiring.rubrics.readers.child",
        kind.value,
        str(int(seconds) + 1),
        str(MEMORY),
    )
    # A file instead of a pipe: nobody waits for the other to read.
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(content)
        file.seek(0)
        child = subprocess.Popen(
            arguments,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(folder),
            cwd=folder,
            start_new_session=True,
        )
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(child)

    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        if child.stdout is None:
            raise Refused("cannot be read")
        with child.stdout as pipe:
            answer = pipe.read(_ANSWER + 2)
    finally:
        clock.cancel()
        _kill(child)
        child.wait()
    if late.is_set() or child.returncode == -signal.SIGXCPU:
        raise Refused(f"takes longer than {seconds:g} seconds to read and was given up")
    return answer


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started, unless it has been waited for."""
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _environment(folder: str) -> dict[str, str]:
    """Return the child's whole environment: nothing of ours but where this package is."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
    }
