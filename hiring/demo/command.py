"""`hiring demo`: postings in, packet out, then pages to walk through."""

from __future__ import annotations

import asyncio
import datetime as dt
import fcntl
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import typer

from hiring.db.database import bring_up, connected, database_url
from hiring.db.engine import sessions
from hiring.demo.load import Account, accounts, company, is_loaded, let_in, load
from hiring.errors import Broken
from hiring.reports import service as reports
from hiring.reports.pdf import check_target, write_packet
from hiring.serve import address, check_port, serve_until_stopped
from hiring.settings import Settings
from hiring.system import say

_WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "indigo",
    "juniper",
    "kelp",
    "lagoon",
    "maple",
    "nectar",
    "orchid",
    "pebble",
    "quartz",
    "ripple",
    "saffron",
    "thistle",
    "umber",
    "violet",
    "willow",
    "yarrow",
    "zephyr",
    "anchor",
    "bramble",
    "copper",
    "dune",
    "estuary",
]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one `hiring demo` work in a data folder at a time; another one is told so at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "demo.lock").open("w", encoding="utf-8")
    except OSError as error:
        raise Broken(f"The data folder {folder} cannot be used: {error.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Broken(
                f"Another `hiring demo` works in {folder}: use that one, stop it, or set HIRING_DATA_DIR to another folder."
            ) from None
        yield


def demo(settings: Settings, now: dt.datetime, *, serve: bool, as_json: bool, host: str, port: int) -> None:
    """Load the company where it is not there yet, write its packet, print who can sign in, and serve.

    A start that tells nobody a password sets none, unless HIRING_DEMO_PASSWORD does.
    """
    packet = settings.data_dir / "backend-developer.pdf"
    told = company()
    with ExitStack() as until_the_end:
        until_the_end.enter_context(_alone(settings.data_dir))
        if serve:
            check_port(host, port)
        check_target(packet)
        say("Starting the database" if settings.embedded else "Connecting to the database")
        url = until_the_end.enter_context(database_url(settings, keep_up=serve))
        password = settings.demo_password or (_password() if serve or as_json else "")
        asyncio.run(_prepare(settings, url, now, told, password, packet))
        where = settings.base_url or address(host, port)

        def tell() -> None:
            _tell(accounts(told), password, packet, where, serve=serve, as_json=as_json)

        if serve:
            say("Starting the pages")
            serve_until_stopped(settings, url, host=host, port=port, when_up=tell)
        else:
            tell()


def _password() -> str:
    return "-".join(secrets.choice(_WORDS) for _ in range(4))


async def _prepare(
    settings: Settings, url: str, now: dt.datetime, told: dict[str, Any], password: str, packet: Path
) -> None:
    key = settings.secret()
    async with connected(url) as engine:
        say("Bringing the database up to date")
        await bring_up(engine)
        open_session = sessions(engine)
        async with open_session() as session, session.begin():
            if not await is_loaded(session, told):
                await load(session, told, now, key, say)
            if password:
                await let_in(session, told, password, now)
        async with open_session() as session, session.begin():
            asked = reports.Asked(slug=told["opening"]["slug"])
            if await reports.is_current(session, asked, _content(packet)):
                return
            say("Writing the committee’s packet")
            made = await reports.make_packet(session, asked, now, seconds=settings.packet_seconds)
            if made.pdf is not None:
                await asyncio.to_thread(write_packet, packet, made.pdf)


def _content(packet: Path) -> bytes:
    try:
        return packet.read_bytes()
    except OSError:
        return b""


def _tell(people: list[Account], password: str, packet: Path, where: str, *, serve: bool, as_json: bool) -> None:
    if as_json:
        answer = {
            "packet": str(packet),
            "url": where,
            "password": password,
            "accounts": [{"email": each.email, "role": each.role} for each in people],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    if serve:
        typer.echo(f"\nThe demonstration is at {where}\nEverybody’s password: {password}\n")
        width = max(len(each.email) for each in people)
        for each in people:
            typer.echo(f"  {each.email:<{width}}  {each.role.replace('_', ' ')}, {each.name}")
        typer.echo(f"\nThe committee’s packet: {packet}\nStop with Ctrl-C.\n")
    else:
        typer.echo(str(packet))
    sys.stdout.flush()
