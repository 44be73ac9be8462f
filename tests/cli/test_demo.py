"""`hiring demo`: at a terminal, for scripts, twice at once, interrupted, and started again."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

from hiring.db.embedded import EmbeddedServer
from hiring.demo.load import company as story
from tests.cli.command import PROGRAM, alive, children, environment, free_port, here, hiring, until
from tests.cli.conftest import PASSWORD, Company
from tests.cli.running import ask

COUNTS = (
    'SELECT array_to_string(ARRAY[(SELECT count(*) FROM "user"), (SELECT count(*) FROM application), '
    "(SELECT count(*) FROM interview), (SELECT count(*) FROM scorecard), (SELECT count(*) FROM decision)], ' ')"
)


def read_until(terminal: int, words: bytes) -> str:
    """Read what a program shows until these words are there."""
    shown = b""
    while words not in shown:
        try:
            shown += os.read(terminal, 10_000)
        except OSError:  # how Linux says that nobody has the terminal open any more
            break
    return shown.decode()


def test_for_scripts_it_prints_one_object_alone(company: Company) -> None:
    told = company.told

    assert sorted(told) == ["accounts", "packet", "password", "url"]
    assert (told["packet"], told["password"]) == (str(company.data_dir / "backend-developer.pdf"), PASSWORD)
    assert told["accounts"] == [
        {"email": each["email"], "role": each["role"]}
        for role in ("recruiter", "interviewer", "committee", "hiring_manager", "administrator", "auditor")
        for each in story()["people"]
        if each["role"] == role
    ]
    assert Path(told["packet"]).read_bytes().startswith(b"%PDF-")


def test_at_a_terminal_it_says_what_it_does_is_alone_and_ends_with_ctrl_c(company: Company) -> None:
    port = free_port()
    settings = environment({"HIRING_DATA_DIR": company.data_dir, "HIRING_DEMO_PASSWORD": PASSWORD})
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [str(PROGRAM), "demo", "--port", str(port)], settings)  # noqa: S606 - there is no shell
    try:
        shown = read_until(terminal, b"Stop with Ctrl-C.")
        second = here("demo", "--no-serve", HIRING_DATA_DIR=company.data_dir)
        family = [pid, *children(pid)]
        os.write(terminal, b"\x03")
        shown += read_until(terminal, b"no such words")
    finally:
        _, status = os.waitpid(pid, 0)
        os.close(terminal)

    assert os.waitstatus_to_exitcode(status) == 0
    until(lambda: not any(map(alive, family)), seconds=5)
    for words in ("Starting the database …", f"http://127.0.0.1:{port}", f"password: {PASSWORD}", "recruiter, Maëlle"):
        assert words in shown
    assert "Traceback" not in shown
    assert (second.code, second.out) == (1, "")
    assert second.sentence.startswith(f"Another `hiring demo` works in {company.data_dir}: use that one, stop it, ")


async def test_a_second_start_is_quick_and_keeps_what_was_changed(company: Company) -> None:
    packet = company.data_dir / "backend-developer.pdf"
    before = packet.stat().st_mtime_ns
    counts = await ask(company.data_dir, COUNTS)
    changed = 'UPDATE "user" SET title = $1 WHERE email = $2'
    await ask(company.data_dir, changed, "Changed meanwhile", company.email("auditor"))

    began = time.monotonic()
    done = hiring("demo", "--no-serve", HIRING_DATA_DIR=company.data_dir)
    seconds = time.monotonic() - began

    assert (done.code, done.out, done.err) == (0, f"{packet}\n", "")
    title = await ask(company.data_dir, 'SELECT title FROM "user" WHERE email = $1', company.email("auditor"))
    assert title == "Changed meanwhile"
    assert await ask(company.data_dir, COUNTS) == counts
    assert packet.stat().st_mtime_ns == before  # the same facts give the same bytes: nothing was rendered
    assert seconds < company.first


async def test_a_first_start_killed_half_way_leaves_nothing_half_done(company: Company, data_dir: Path) -> None:
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, "demo", "--no-serve"],
        env=environment({"HIRING_DATA_DIR": data_dir}),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = read_until(terminal, b"Replaying")
    time.sleep(0.1)
    family = children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    os.close(terminal)
    until(lambda: not any(map(alive, family)), seconds=15)
    with EmbeddedServer(data_dir):
        left = await ask(data_dir, COUNTS)

        done = hiring("demo", "--no-serve", "--json", HIRING_DATA_DIR=data_dir)

        whole = await ask(data_dir, COUNTS)
    assert "Replaying six weeks of interviews" in shown
    assert left == "0 0 0 0 0"
    assert (done.code, done.err) == (0, "")
    assert Path(json.loads(done.out)["packet"]).read_bytes().startswith(b"%PDF-")
    # The other tests may have added people to the shared company, and nothing else.
    assert whole.split()[1:] == (await ask(company.data_dir, COUNTS)).split()[1:]
