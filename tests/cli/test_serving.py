"""Serving: how it ends, what it survives, and how it recovers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any, cast

import httpx2

from hiring.app import create_app
from hiring.db.engine import create_engine
from hiring.settings import Settings
from tests.cli.command import PATIENCE, Serving, children, here, hiring, serving, until
from tests.cli.conftest import Company
from tests.cli.running import held_up, postmaster

NOBODY = {"hiring": "a token that nobody has"}


def workers(served: Serving) -> list[int]:
    """Return the processes that answer requests."""
    found = []
    for pid in children(served.process.pid):
        command = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        if "spawn_main" in command.stdout:
            found.append(pid)
    return found


async def test_a_killed_worker_is_replaced_and_a_request_under_way_is_finished_before_the_end(company: Company) -> None:
    with serving("serve", "--workers", 2, HIRING_DATA_DIR=company.data_dir) as served:
        first = until(lambda: len(found := workers(served)) == 2 and found)
        await asyncio.sleep(5)  # granian gives up where a worker ends within 3.5 s of its start
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(workers(served)) == 2 and first[0] not in workers(served))
        served.remember_family()

        async with held_up(company.data_dir) as somebody_waits:
            asking = asyncio.create_task(asyncio.to_thread(served.get, "/openings", cookies=NOBODY))
            await somebody_waits()
            served.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert served.process.poll() is None
        answer = await asking
        code = await asyncio.to_thread(served.process.wait, PATIENCE)

    assert (answer.status_code, code) == (303, 0)
    assert served.left_behind() == []


def test_a_killed_parent_leaves_nobody_behind(data_dir: Path) -> None:
    with serving("serve", HIRING_DATA_DIR=data_dir) as served:
        assert postmaster(data_dir) in served.family
        served.process.kill()
        served.process.wait(PATIENCE)
        until(lambda: not served.left_behind(), seconds=15)


async def test_a_database_killed_in_mid_request_is_told_and_comes_back(company: Company) -> None:
    async with held_up(company.data_dir) as somebody_waits:
        asking = asyncio.create_task(asyncio.to_thread(company.served.get, "/openings", cookies=NOBODY))
        await somebody_waits()
        killed = postmaster(company.data_dir)
        os.kill(killed, signal.SIGKILL)
        answer = await asking

    assert answer.status_code == 503
    assert "The database does not answer, so nothing was saved. Try again in a minute." in answer.text
    until(lambda: company.served.status("/ready") == 200, seconds=20)
    assert company.served.get("/openings", cookies=NOBODY).status_code == 303
    assert postmaster(company.data_dir) != killed
    assert "database started again" in company.served.log.read_text()


async def test_without_its_database_a_process_is_live_and_not_ready(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, DATABASE_URL="postgresql://127.0.0.1:1/hiring", secret_key="k" * 40)
    app = create_app(settings, engine=create_engine(settings.database_url))
    transport = httpx2.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hiring.test", cookies=NOBODY) as browser:
        live, ready, page = [await browser.get(path) for path in ("/live", "/ready", "/openings")]

    assert (live.status_code, live.json()["status"]) == (200, "live")
    assert (ready.status_code, ready.json()) == (503, {"status": "database away"})
    assert page.status_code == 503
    assert "The database does not answer, so nothing was saved." in page.text


def test_a_port_that_is_taken_is_told_before_anything_is_done(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        serve = hiring("serve", "--port", port, HIRING_DATA_DIR=data_dir)
        demo = here("demo", "--port", port, HIRING_DATA_DIR=data_dir)
        elsewhere = here("serve", "--host", "192.0.2.1", HIRING_DATA_DIR=data_dir)

    sentence = f"Port {port} on 127.0.0.1 is taken: stop what listens there, or take another with --port."
    assert (serve.code, serve.out, serve.sentence) == (1, "", sentence)
    assert (demo.code, demo.out, demo.sentence) == (1, "", sentence)
    assert (elsewhere.code, elsewhere.out) == (2, "")
    assert elsewhere.sentence == "192.0.2.1:8000 cannot be listened on: Cannot assign requested address."
    assert list(data_dir.glob("postgres-*")) == []
