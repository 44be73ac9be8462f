"""From markup to a PDF file: a child process that can be killed, and a file that is whole or not there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import os
import platform
import signal
import sys
import tempfile
import weakref
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from hiring import system
from hiring.errors import BadInput, Broken
from hiring.reports.legible import FONTS
from hiring.reports.render import EXIT_NO_MEMORY, EXIT_NO_PANGO, EXIT_REFUSED

AT_ONCE = 2
"""Renderers that may run at the same time: each takes a core, and up to MEMORY."""

MEMORY = 1_500_000_000
"""Bytes of address space that one renderer may take."""

_slots: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = weakref.WeakKeyDictionary()


async def render_pdf(xhtml: str, *, identifier: bytes, seconds: float = 60) -> bytes:
    """Return the PDF of a packet's markup; the same markup and identifier give the same bytes.

    `seconds` is the time the renderer may take, waiting for a free place aside. Raises Broken, with one sentence,
    where it takes longer, needs too much memory, dies or cannot start. No process stays behind, whatever happens.
    """
    slot = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with slot:
        with tempfile.TemporaryDirectory(prefix="hiring-packet-") as folder:
            return await _run(xhtml.encode(), identifier, seconds, folder)


def write_packet(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed.

    Raises Broken with one sentence where the disk is full, the folder is missing or may not be written.
    """
    part: str | None = None
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o600)
        Path(part).replace(path)
    except OSError as error:
        if part:
            Path(part).unlink(missing_ok=True)
        raise Broken(f"The packet cannot be written to {path}: {_plainly(error, path)}.") from None
    except BaseException:
        if part:
            Path(part).unlink(missing_ok=True)
        raise


def check_target(path: Path) -> None:
    """Raise BadInput before any work is done where no file can be written at this place."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file in it.")
    if not path.parent.is_dir():
        raise BadInput(f"The packet cannot be written to {path}: there is no folder {path.parent}.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadInput(f"The packet cannot be written to {path}: you may not write there.")


async def _run(markup: bytes, identifier: bytes, seconds: float, folder: str) -> bytes:
    limit = str(max(1, int(seconds) + 1))
    arguments = (sys.executable, "-P", "-m", "hiring.reports.render", identifier.hex(), limit, str(MEMORY))
    child = await asyncio.create_subprocess_exec(
        *arguments,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=_environment(folder),
        cwd=folder,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            pdf, complaint = await child.communicate(markup)
    except TimeoutError:
        raise Broken(f"The packet took longer than {seconds:g} seconds to render and was stopped.") from None
    finally:
        await _end(child)
    if child.returncode == 0 and pdf.startswith(b"%PDF-"):
        return pdf
    raise Broken(_why(child.returncode or 0, complaint.decode(errors="replace")))


async def _end(child: Process) -> None:
    """Kill the renderer and whatever it started, and wait until it is gone, even while being cancelled ourselves."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    await asyncio.shield(child.wait())


def _environment(folder: str) -> dict[str, str]:
    """Return the child's whole environment: nothing of ours but where this package and the libraries are."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    if platform.system() == "Darwin":
        # Homebrew's folders, where the libraries are and the loader does not look.
        kept["DYLD_FALLBACK_LIBRARY_PATH"] = "/opt/homebrew/lib:/usr/local/lib:/usr/lib"
    return kept | {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "HOME": folder,
        "TMPDIR": folder,
        "XDG_CACHE_HOME": folder,
        "FONTCONFIG_FILE": str(FONTS / "fonts.conf"),
    }


def _why(status: int, complaint: str) -> str:
    """Return in one sentence why the renderer gave no PDF."""
    last = complaint.strip().rsplit("\n", 1)[-1][:200]
    if status == EXIT_NO_PANGO:
        return f"The packet needs Pango, which this system lacks: run `{system.command('pango')}`."
    if status in {EXIT_NO_MEMORY, -signal.SIGABRT, -signal.SIGTRAP} or "MemoryError" in last:
        return "The packet needs more memory than a renderer may take; make it for fewer candidates."
    if status == EXIT_REFUSED:
        return f"The packet was refused: {last}."
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        return "The packet took too long to render and was stopped."
    return f"The packet could not be rendered ({f'signal {-status}' if status < 0 else last or f'status {status}'})."


@functools.cache
def _sentences() -> dict[int, str]:
    return {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EFBIG: "the file would be larger than this process may write",
        errno.EACCES: "you may not write there",
        errno.EPERM: "you may not write there",
        errno.EROFS: "that disk cannot be written to",
        errno.EISDIR: "a folder of that name is in the way",
        errno.ENAMETOOLONG: "the name is too long",
    }


def _plainly(error: OSError, path: Path) -> str:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return f"there is no folder {path.parent}"
    return _sentences().get(error.errno or 0, (error.strerror or str(error)).lower())
