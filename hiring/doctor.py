"""`hiring doctor`: what is missing on this machine, and the command that mends it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hiring import system
from hiring.db import migrate
from hiring.db.database import connected
from hiring.db.embedded import find_binaries
from hiring.errors import Broken
from hiring.places import STATIC, shipped
from hiring.settings import Settings, unknown_settings

_ROOM = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend`: what to do, where something is to be done."""

    what: str
    found: str
    fine: bool = True
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that the program needs, one after the other."""
    yield Finding("Python", platform.python_version())
    fault = system.pango_fault()
    yield Finding("Pango, for the packet", fault or "found", fault is None, system.command("pango") if fault else "")
    yield from _files(settings)
    yield from _database(settings)
    yield from _key(settings)


def _files(settings: Settings) -> Iterator[Finding]:
    missing = [
        str(folder)
        for folder in (shipped("rubrics"), shipped("templates"), shipped("migrations"), STATIC)
        if not folder.is_dir()
    ]
    yield Finding(
        "Shipped files",
        f"missing: {', '.join(missing)}" if missing else "found",
        not missing,
        "install anew" if missing else "",
    )
    folder = settings.data_dir
    while not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises below a folder that is closed to us
        folder = folder.parent
    writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    yield Finding(
        "Data folder",
        str(settings.data_dir),
        writable,
        "" if writable else "set HIRING_DATA_DIR to a folder that you may write",
    )
    free = shutil.disk_usage(folder).free
    yield Finding(
        "Room on its disk", f"{free // 1_000_000:,} MB free", free > _ROOM, "" if free > _ROOM else "500 MB are needed"
    )


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.embedded:
        try:
            binaries: Path = find_binaries(settings.postgres_bin)
        except Broken as fault:
            yield Finding("PostgreSQL", "no server and no DATABASE_URL", fine=False, mend=str(fault))
        else:
            yield Finding("PostgreSQL, embedded", str(binaries))
        return
    try:
        current = asyncio.run(_revision(settings.database_url))
    except Broken as fault:
        yield Finding("PostgreSQL by DATABASE_URL", str(fault), fine=False, mend="start it, or correct DATABASE_URL")
        return
    fine = current == migrate.head()
    yield Finding(
        "PostgreSQL by DATABASE_URL", f"revision {current or 'none'}", fine, "" if fine else "hiring db upgrade"
    )


async def _revision(url: str) -> str | None:
    async with connected(url) as engine:
        return await migrate.current(engine)


def _key(settings: Settings) -> Iterator[Finding]:
    if settings.embedded:
        yield Finding("Secret key", "set" if settings.secret_key else "kept in the data folder")
    else:
        set_ = bool(settings.secret_key)
        mend = "" if set_ else "give every process the same HIRING_SECRET_KEY, for example from `openssl rand -hex 32`"
        yield Finding("Secret key", "set" if set_ else "none", set_, mend)
        if not settings.base_url:
            yield Finding(
                "HIRING_BASE_URL",
                "not set: cookies do not insist on HTTPS",
                mend="set it to the address that browsers use",
            )
    for name in unknown_settings():
        yield Finding(name, "no setting of this program, so it does nothing", mend="correct its name, or remove it")
