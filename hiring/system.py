"""What the program needs of the operating system: Pango for the packet, Chromium for its tests, a terminal to say how far it is.

`python -m hiring.system pango` is quiet where all is well. As root it installs what is missing through the system's
package manager; otherwise it prints the exact command and ends with 1. It never uses sudo by itself.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "pango": {
        "apt-get": ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        "dnf": ("pango",),
        "apk": ("pango",),
        "pacman": ("pango",),
        "brew": ("pango",),
    },
    "chromium": {
        "apt-get": ("chromium",),
        "dnf": ("chromium",),
        "apk": ("chromium",),
        "pacman": ("chromium",),
        "brew": ("--cask", "chromium"),
    },
}
INSTALL = {
    "apt-get": ("apt-get", "install", "--yes", "--no-install-recommends"),
    "dnf": ("dnf", "install", "--assumeyes"),
    "apk": ("apk", "add"),
    "pacman": ("pacman", "--sync", "--noconfirm"),
    "brew": ("brew", "install"),
}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_CHROMIUM = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def say(sentence: str) -> None:
    """Tell a person at a terminal what is being done; stay quiet elsewhere."""
    if sys.stderr.isatty():
        print(f"  {sentence} …", file=sys.stderr, flush=True)


def find_chromium() -> str | None:
    """Return the browser to drive: the one that HIRING_CHROMIUM names, else the system's, else nothing."""
    named = os.environ.get("HIRING_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = (shutil.which(name) for name in _CHROMIUM)
    return next((path for path in (*found, *_MAC_CHROMIUM) if path and Path(path).exists()), None)


def mac_libraries() -> None:
    """Let the loader find Homebrew's libraries, which macOS does not search by itself."""
    if sys.platform == "darwin":
        folders = [folder for folder in ("/opt/homebrew/lib", "/usr/local/lib") if Path(folder).is_dir()]
        known = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH")
        os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join([*folders, *([known] if known else [])])


def pango_fault() -> str | None:
    """Return what the renderer says when it cannot find Pango, or nothing. Asked in a process of its own."""
    mac_libraries()
    tried = subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else (tried.stderr.strip().splitlines() or ["it does not load"])[-1]


def present(what: str) -> bool:
    """Say whether the system has it."""
    return _pango_loads() or pango_fault() is None if what == "pango" else find_chromium() is not None


def _pango_loads() -> bool:
    """Whether the loader finds Pango under its names on Linux, which takes no time; elsewhere the renderer knows."""
    try:
        for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def manager() -> str | None:
    """Return the system's package manager."""
    return next((name for name in INSTALL if shutil.which(name)), None)


def command(what: str) -> str:
    """Return the exact command that installs it here."""
    found = manager()
    if found is None:
        return f"install {what} with your system’s package manager"
    line = " ".join((*INSTALL[found], *PACKAGES[what][found]))
    return line if found == "brew" or os.geteuid() == 0 else f"sudo {line}"


def provide(what: str) -> int:
    """Install what is missing, as far as that needs no password; return the exit code."""
    if present(what):
        return 0
    found = manager()
    if found is not None and os.geteuid() == 0 and found != "brew":
        print(f"Installing {what} with {found}", flush=True)
        if found == "apt-get":
            subprocess.run(["apt-get", "update", "--quiet=2"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            [*INSTALL[found], *PACKAGES[what][found]],
            check=False,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if present(what):
            return 0
    print(f"{what.capitalize()} is missing. Type: {command(what)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(provide(sys.argv[1]))
