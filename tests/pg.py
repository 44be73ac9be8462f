"""The test run's PostgreSQL: our own, on an empty folder, or the one that TEST_DATABASE_URL names."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from hiring.db.embedded import EmbeddedServer


def quick_place() -> str | None:
    """Return a folder in memory with room for a few clusters, or None for the usual temporary one."""
    memory = Path("/dev/shm")  # noqa: S108 - only folders made by mkdtemp go there
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 2**30:
        return None
    return str(memory)


@contextmanager
def test_server() -> Iterator[Callable[[str], str]]:
    """Yield what turns a database's name into its address (`postgresql://...`, as asyncpg takes it).

    Our own server keeps nothing safe from a crash, and stops at the end, also after Ctrl-C. Should even that be cut
    short by a second Ctrl-C or `kill -9`, it goes with this process all the same.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        address = make_url(given).set(drivername="postgresql")
        yield lambda database: address.set(database=database).render_as_string(hide_password=False)
        return
    folder = Path(tempfile.mkdtemp(prefix="hiring-tests-", dir=quick_place()))
    try:
        with EmbeddedServer(folder, durable=False) as server:
            yield server.dsn
    finally:
        shutil.rmtree(folder, ignore_errors=True)
